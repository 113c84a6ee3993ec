// Adapts the protocol's library to real clients: optional fields, supported revisions, the form of a response, and
// error messages. The library accepts one form only, and its errors are the raw output of its validator, which neither
// people nor models can use.
import { ProtocolErrorCode, SUPPORTED_PROTOCOL_VERSIONS } from "@modelcontextprotocol/server";
import { redactSecrets } from "@mintmark/core";

type Message = Readonly<Record<string, unknown>>;

/** The revision without sessions. The library lists the earlier ones. */
const LATEST_REVISION = "2026-07-28";
const REVISIONS: readonly string[] = [LATEST_REVISION, ...SUPPORTED_PROTOCOL_VERSIONS];
const REVISION_KEY = "io.modelcontextprotocol/protocolVersion";

/** `null` in these fields counts as absent, because many clients send every field. */
const OPTIONAL = ["arguments", "cursor", "_meta"];

/** The message without `null` in optional fields. */
export function withoutNulls(message: Message): Message {
  const { params, ...rest } = message;
  if (params === null) return rest;
  if (!isRecord(params)) return message;
  const kept = Object.entries(params).filter(([name, value]) => value !== null || !OPTIONAL.includes(name));
  return { ...message, params: Object.fromEntries(kept) };
}

/** The error for an unsupported revision, or `null`. Older revisions negotiate the version at initialization. */
export function unknownRevision(message: Message, header: string | null): Response | null {
  if (message["method"] === "initialize") return null;
  const meta = isRecord(message["params"]) ? message["params"]["_meta"] : undefined;
  const named = [isRecord(meta) ? meta[REVISION_KEY] : undefined, header ?? undefined];
  const requested = named.find(
    (revision): revision is string => typeof revision === "string" && !REVISIONS.includes(revision),
  );
  if (requested === undefined) return null;
  const text = requested.slice(0, 40);
  const error = {
    code: ProtocolErrorCode.UnsupportedProtocolVersion,
    message: `Unsupported protocol version: ${text}. This server supports ${REVISIONS.join(", ")}.`,
    data: { supported: REVISIONS, requested: text },
  };
  const { id } = message;
  const isId = typeof id === "string" || typeof id === "number";
  return Response.json(JSON.parse(redactSecrets(JSON.stringify({ jsonrpc: "2.0", id: isId ? id : null, error }))), {
    status: 400,
  });
}

/**
 * The forms of a response that an `Accept` header allows. A header that names neither form, or no header, allows both.
 */
function formsOf(accept: string | null): { readonly json: boolean; readonly stream: boolean } {
  const ranges = (accept ?? "")
    .toLowerCase()
    .split(",")
    .map((range) => range.split(";").map((part) => part.trim()))
    .filter(([, ...parameters]) => !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter)))
    .map(([type]) => type);
  const json = ranges.some((range) => range === "*/*" || range === "application/*" || range === "application/json");
  const stream = ranges.some((range) => range === "*/*" || range === "text/*" || range === "text/event-stream");
  return json || stream ? { json, stream } : { json: true, stream: true };
}

/** Whether the client accepts a stream. Only a stream can stay open. */
export function takesStream(accept: string | null): boolean {
  return formsOf(accept).stream;
}

/** A complete response in a form that the client accepts. Errors become sentences, and possible secrets are removed. */
export async function inAcceptedForm(response: Response, accept: string | null): Promise<Response> {
  const { status, headers } = response;
  const text = await response.text();
  headers.delete("content-length");
  if (text === "") return new Response(null, { status, headers });
  const isStream = headers.get("content-type")?.startsWith("text/event-stream") === true;
  const message = inWords(isStream ? (/^data: (.*)$/m.exec(text)?.[1] ?? "null") : text);
  const forms = formsOf(accept);
  const asStream = status < 400 && (isStream ? forms.stream : !forms.json);
  headers.set("content-type", asStream ? "text/event-stream" : "application/json");
  return new Response(asStream ? `event: message\ndata: ${message}\n\n` : message, { status, headers });
}

/** The message. In an error, the validator's output becomes a sentence, and possible secrets are removed. */
function inWords(text: string): string {
  const message: unknown = JSON.parse(text);
  if (!isRecord(message) || !isRecord(message["error"])) return text;
  const { error } = message;
  const found = /\[\s*\{[\s\S]*\}\s*\]/.exec(String(error["message"]))?.[0];
  const issues = found === undefined ? null : issuesOf(found);
  if (issues === null) return redactSecrets(text);
  const words = { ...error, code: ProtocolErrorCode.InvalidParams, message: `The message is not valid: ${issues}.` };
  return redactSecrets(JSON.stringify({ ...message, error: words }));
}

function issuesOf(json: string): string | null {
  try {
    const issues = JSON.parse(json) as readonly { readonly path?: readonly unknown[]; readonly message?: unknown }[];
    return issues
      .slice(0, 5)
      .map(({ path = [], message }) => `${path.join(".") || "it"}: ${inPlainWords(String(message))}`)
      .join("; ");
  } catch {
    return null;
  }
}

function inPlainWords(issue: string): string {
  return issue
    .replace(/^Invalid input: /, "")
    .replace("record", "object")
    .replace("received undefined", "received none");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
