// What requests and responses share: instants, ids, pages of lists, actors and receipts, and the parsing of input by a schema.
// Rule: a list on the wire is `{items, nextCursor}`, newest first. Input that does not fit its declaration is refused with the
// field's name.
import { z } from "@hono/zod-openapi";
import {
  credentialEnd,
  type CredentialEnd,
  END_CAUSES,
  type EndRules,
  ID_PREFIX,
  type IdKind,
  type IdTypes,
  isId,
  NAME_MAX_LENGTH,
  nearEnd,
  type PolicySubject,
} from "@mintmark/core";
import type { Cursor, Page, PageRequest } from "../store/store.ts";
import {
  type Receipt as ReceiptValue,
  Refusal,
  type RevocationReceipt as RevocationValue,
} from "../use-cases/use-case.ts";

/** An instant on the wire: RFC 3339 in UTC with milliseconds. */
export function presentInstant(at: number): string {
  return new Date(at).toISOString();
}

export function presentInstantOrNull(at: number | null): string | null {
  return at === null ? null : presentInstant(at);
}

export const Instant: z.ZodString = z.string().openapi({ format: "date-time", example: "2026-11-22T09:30:00.000Z" });

/** The id by which the host product, or another source, knows a user or an organization. */
export const ExternalId = z.string().nullable().openapi({
  description: "The id by which the host product knows it; `null`: it is known here alone.",
  example: "user_8f2c",
});

const EndCause = z.enum(END_CAUSES);

/** The effective end of a token or API key. */
export const endFields = {
  endsAt: Instant.nullable().openapi({
    description:
      "When it stops working, or stopped: the earliest of its revocation, its expiry, and the limits of the organization's policy. `null`: time alone never ends it. A use moves the end by `policy_idle`.",
  }),
  endsBecause: z
    .enum(["revoked", ...END_CAUSES])
    .nullable()
    .openapi({ description: "The cause of that end." }),
  endsSoon: z.object({ at: Instant, because: EndCause }).nullable().openapi({
    description:
      "The end to warn of: in the last quarter of the life that ends then, at most 14 days before. `null`: none is near.",
  }),
};

export function presentEnd(
  credential: PolicySubject & {
    readonly revokedAt: number | null;
    readonly organization: { readonly policy: EndRules };
  },
  now: number,
): { endsAt: string | null; endsBecause: CredentialEnd["because"] | "revoked" | null; endsSoon: NearEnd | null } {
  const { revokedAt, organization } = credential;
  if (revokedAt !== null) return { endsAt: presentInstant(revokedAt), endsBecause: "revoked", endsSoon: null };
  const end = credentialEnd(organization.policy, credential);
  const near = end === null || end.at <= now ? null : nearEnd(organization.policy, credential, now);
  return {
    endsAt: presentInstantOrNull(end?.at ?? null),
    endsBecause: end?.because ?? null,
    endsSoon: near === null ? null : { at: presentInstant(near.at), because: near.because },
  };
}

type NearEnd = { at: string; because: CredentialEnd["because"] };

/** An instant from a client: RFC 3339 with an offset. Parsed to UTC epoch milliseconds. */
export const InstantInput = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

/** When a key that a server holds stops working. */
export const KeyExpiryInput = InstantInput.nullish().openapi({ description: "Without it, the key does not expire." });

/** The secret of a new credential, in the one response that holds it. */
export const NewSecret = z.string().openapi({ description: "Shown only once; only its hash is stored." });

const KIND_NAMES: Readonly<Record<IdKind, string>> = {
  user: "the user",
  organization: "the organization",
  membership: "the membership: one joining of one user to one organization",
  invitation: "the invitation",
  session: "the session",
  token: "the token",
  apiKey: "the API key",
  service: "the service",
  serviceKey: "the key of the service",
  managementKey: "the management key",
  webhook: "the webhook",
  webhookDelivery: "the delivery",
  auditEvent: "the audit event",
  notice: "the notice",
  email: "the email",
  calendarFeed: "the calendar feed",
  deviceLogin: "the login",
  handOff: "the hand-off",
};

/**
 * An id of this kind in a path or body. Any text is valid: an invalid id is unknown and returns 404 like an unknown
 * one.
 */
export function idOf<K extends IdKind>(kind: K): z.ZodType<IdTypes[K], string> {
  return z
    .string()
    .max(200)
    .transform((text) => text as IdTypes[K])
    .openapi({
      type: "string",
      maxLength: 200,
      description: `The id of ${KIND_NAMES[kind]}.`,
      example: `${ID_PREFIX[kind]}_6f1c0a9e2b7d4c58a3e0f9d1b2c47a65`,
    });
}

/** A name that a person chooses. The use case validates it, by the same bounds. */
export function nameInput(example: string): z.ZodString {
  return z.string().max(1000).openapi({ minLength: 1, maxLength: NAME_MAX_LENGTH, example });
}

/** A boolean in a query: exactly `true` or `false`. */
export function flag(description: string): z.ZodType<boolean, "true" | "false"> {
  return z
    .enum(["true", "false"])
    .transform((text) => text === "true")
    .openapi({ type: "boolean", description });
}

const DEFAULT_LIMIT = 50;
const HIGHEST_LIMIT = 200;

/**
 * The query of every list, newest first. Spread it into the operation's query object. A cursor is opaque to clients.
 */
export const pageQuery = {
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(HIGHEST_LIMIT)
    .default(DEFAULT_LIMIT)
    .openapi({ description: `Items per page, 1–${HIGHEST_LIMIT}.` }),
  cursor: z.string().max(200).optional().openapi({ description: "`nextCursor` of the previous page." }),
};

export function parsePage(query: { readonly limit: number; readonly cursor?: string | undefined }): PageRequest {
  return { limit: query.limit, after: query.cursor === undefined ? null : parseCursor(query.cursor) };
}

function parseCursor(text: string): Cursor {
  const [, at, id = ""] = /^(\d{1,15})\.(.*)$/.exec(Buffer.from(text, "base64url").toString("latin1")) ?? [];
  if (!isId(id))
    throw new Refusal("cursor_invalid", "The cursor does not belong to this list. Start again without it.");
  return { at: Number(at), id };
}

/** A page on the wire. `present` turns each item into JSON. */
export function presentPage<T, J>(page: Page<T>, present: (item: T) => J): { items: J[]; nextCursor: string | null } {
  return { items: page.items.map(present), nextCursor: presentCursor(page.next) };
}

export function presentCursor(next: Cursor | null): string | null {
  return next === null ? null : Buffer.from(`${next.at}.${next.id}`, "latin1").toString("base64url");
}

/** The schema of a page of these items. */
export function pageOf<T extends z.ZodType>(
  item: T,
): z.ZodObject<{ items: z.ZodArray<T>; nextCursor: z.ZodNullable<z.ZodString> }> {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

/** The actor of an event, by id and by the name at that time. */
export const ActorReference = z
  .object({
    kind: z.enum(["user", "api_key", "service", "management_key", "system"]),
    id: z.string(),
    name: z.string(),
  })
  .openapi("ActorReference");

export const Receipt = z
  .object({
    at: Instant,
    confirmedBy: z.enum(["single", "replicas", "lease"]),
    replicas: z.int().openapi({ description: "How many processes confirmed the change." }),
    waitedMs: z.number(),
  })
  .openapi("Receipt", {
    description: "Confirms a change of authority. When you receive it, the change holds everywhere.",
  });

export const RevocationReceipt = z.object({ revoked: z.literal(true), ...Receipt.shape }).openapi("RevocationReceipt", {
  description:
    "Confirms a revocation. When you receive it, no request with the revoked credentials is accepted anywhere.",
});

export function presentReceipt(receipt: ReceiptValue): z.infer<typeof Receipt> {
  const { confirmedBy, replicas, waitedMs } = receipt.confirmation.get();
  return { at: presentInstant(receipt.at), confirmedBy, replicas, waitedMs };
}

export function presentRevocation(receipt: RevocationValue): z.infer<typeof RevocationReceipt> {
  return { revoked: true, ...presentReceipt(receipt) };
}

/** The longest request body in bytes, unless the operation declares another limit. */
const BODY_LIMIT = 64 * 1024;

/** Fields with which an OAuth client may authenticate in any form (RFC 6749 §2.3.1). */
const CLIENT_FIELDS = ["client_id", "client_secret"];

/** How an operation takes its body. */
export interface BodyDeclaration {
  readonly body?: z.ZodType | undefined;
  /** JSON unless the operation's standard requires a form. */
  readonly bodyType?: "json" | "form" | "ignored";
  /** The longest body in bytes. Only for callers that authenticate before their body is read. */
  readonly bodyLimit?: number;
  /** Fields that can never change. Sending one returns 405 `token_immutable`. */
  readonly immutable?: readonly string[];
}

/** Parses by the schema. Without a schema, only an empty object is valid. */
export function parseInput(
  schema: z.ZodType | undefined,
  input: Readonly<Record<string, unknown>>,
  where: "path" | "query" | "body" | "input",
): unknown {
  refuseUnstorableText(input);
  if (schema === undefined) {
    const [field] = Object.keys(input);
    if (field !== undefined) throw unknownFields([field], where);
    return undefined;
  }
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const unknown = parsed.error.issues.flatMap((issue) => (issue.code === "unrecognized_keys" ? issue.keys : []));
  if (unknown.length > 0) throw unknownFields(unknown, where);
  const errors = parsed.error.issues
    .slice(0, 20)
    .map((issue) => ({ field: issue.path.map(String).join("."), message: issue.message }));
  const [first] = errors;
  throw new Refusal(
    "field_invalid",
    `The ${where} is not valid: ${first?.field ?? ""} ${first?.message ?? ""}.`.replace(/\.\.$/, "."),
    { errors },
  );
}

function unknownFields(fields: readonly string[], where: string): Refusal {
  const named = fields.slice(0, 5).map((field) => field.slice(0, 60));
  return new Refusal(
    "field_unknown",
    `The ${where} has a field that this operation does not know: ${named.join(", ")}. Remove it or check its spelling.`,
    {
      errors: named.map((field) => ({ field, message: "This operation does not know this field." })),
    },
  );
}

/** No operation takes deeper nesting. Without this limit, the stack would be the limit. */
const DEEPEST = 20;

// Some engines cannot store NUL and lone surrogates as text. No name, address or password contains one.
export function refuseUnstorableText(value: unknown, depth = 0): void {
  if (typeof value === "string") {
    if (!value.includes("\u0000") && value.isWellFormed()) return;
    throw new Refusal("field_invalid", "A text contains a NUL character or half of a surrogate pair. Remove it.");
  }
  if (typeof value !== "object" || value === null) return;
  if (depth > DEEPEST) throw new Refusal("field_invalid", "The body is nested too deeply. No field needs such depth.");
  for (const [key, member] of Object.entries(value)) {
    refuseUnstorableText(key);
    refuseUnstorableText(member, depth + 1);
  }
}

/** Reads the body in the declared encoding: a JSON object or a form. */
export async function readBody(
  operation: BodyDeclaration,
  request: Request,
): Promise<Readonly<Record<string, unknown>>> {
  const bytes = await readLimited(request, operation.bodyLimit ?? BODY_LIMIT);
  if (operation.bodyType === "ignored") return {};
  const form = operation.bodyType === "form";
  if (bytes.length === 0 && !form) return {};
  if (!/^(?:identity)?$/i.test(request.headers.get("content-encoding") ?? ""))
    throw new Refusal("media_type_unsupported", "Send the body without a Content-Encoding.");
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  const wanted = form ? "application/x-www-form-urlencoded" : "application/json";
  if (type !== wanted) throw new Refusal("media_type_unsupported", `Send the body as ${wanted}.`);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Refusal("body_malformed", "The body is not UTF-8. Encode it as UTF-8.");
  }
  const body = form ? parseForm(text, operation.body) : parseJsonObject(text);
  for (const field of operation.immutable ?? []) {
    if (Object.hasOwn(body, field)) {
      throw new Refusal(
        "token_immutable",
        `A token's ${field} cannot change: its authority is fixed when it is minted. Replace it or mint another.`,
      );
    }
  }
  return body;
}

function parseJsonObject(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Refusal("body_malformed", "The body is not valid JSON. Check quotes, commas and brackets.");
  }
  if (Array.isArray(value))
    throw new Refusal(
      "body_malformed",
      "The body is a batch, and batches are not supported. Send one object at a time.",
    );
  if (typeof value !== "object" || value === null)
    throw new Refusal("body_malformed", "The body must be a JSON object.");
  return value as Record<string, unknown>;
}

/**
 * A form by RFC 6749 §3.2: an empty value counts as absent, a known field appears once, and other fields are ignored.
 */
function parseForm(text: string, schema: z.ZodType | undefined): Record<string, unknown> {
  const known = new Set([...CLIENT_FIELDS, ...Object.keys(schema instanceof z.ZodObject ? schema.shape : {})]);
  const body = Object.create(null) as Record<string, unknown>;
  for (const [name, value] of new URLSearchParams(text)) {
    if (value === "" || !known.has(name)) continue;
    if (Object.hasOwn(body, name))
      throw new Refusal("field_invalid", `The field ${name.slice(0, 60)} was sent more than once.`);
    body[name] = value;
  }
  return body;
}

async function readLimited(request: Request, limit: number): Promise<Uint8Array> {
  const tooLarge = (): Refusal =>
    new Refusal("body_too_large", `The body is larger than ${limit / 1024} KiB. Send less.`);
  if (Number(request.headers.get("content-length") ?? 0) > limit) throw tooLarge();
  if (request.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of whole(request.body)) {
    length += chunk.length;
    if (length > limit) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** When a body breaks off, the sender is responsible, not the server: anyone can send such a request. */
async function* whole(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch {
    throw new Refusal("body_malformed", "The connection ended before the whole body had arrived. Send it again.");
  }
}
