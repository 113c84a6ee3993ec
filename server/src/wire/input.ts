// Parses path, query and body as the operation declares them, or refuses with the field's name.
import { z } from "@hono/zod-openapi";
import { Refusal } from "../use-cases/refusal.ts";

/** The longest request body, in bytes. */
const BODY_LIMIT = 64 * 1024;

/** Fields with which an OAuth client may authenticate in any form (RFC 6749 §2.3.1). */
const CLIENT_FIELDS = ["client_id", "client_secret"];

/** How an operation takes its body. */
export interface BodyDeclaration {
  readonly body?: z.ZodType | undefined;
  /** JSON unless the operation's standard requires a form. */
  readonly bodyType?: "json" | "form";
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
  const bytes = await readLimited(request);
  const form = operation.bodyType === "form";
  if (bytes.length === 0 && !form) return {};
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

async function readLimited(request: Request): Promise<Uint8Array> {
  const tooLarge = (): Refusal =>
    new Refusal("body_too_large", `The body is larger than ${BODY_LIMIT / 1024} KiB. Send less.`);
  if (Number(request.headers.get("content-length") ?? 0) > BODY_LIMIT) throw tooLarge();
  if (request.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of whole(request.body)) {
    length += chunk.length;
    if (length > BODY_LIMIT) throw tooLarge();
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
