// The language-neutral cases of sdk/cases, and how they are read. sdk/cases/README.md describes them.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { CredentialSource, Verification } from "../../src/index.ts";

export interface WorldCredential {
  readonly kind: "token" | "api key" | "service key" | "management key";
  readonly role: string;
  readonly permissions: readonly string[] | null;
  readonly state: string;
  readonly policy?: Readonly<Record<string, unknown>>;
  readonly ageDays?: number;
}

export interface WorldFile {
  readonly catalogue: {
    readonly permissions: readonly { readonly name: string; readonly description: string }[];
    readonly roles: Readonly<Record<string, { readonly permissions: readonly string[] }>>;
  };
  readonly credentials: Readonly<Record<string, WorldCredential>>;
}

export interface Expected {
  readonly ok: boolean;
  readonly credential?: string;
  readonly can?: readonly string[];
  readonly cannot?: readonly string[];
  readonly code?: string;
  readonly addressUnknown?: boolean;
}

export interface RequestCase {
  readonly name: string;
  readonly headers?: readonly (readonly [string, string])[];
  readonly text?: string;
  readonly url?: string;
  readonly permission?: string;
  readonly ip?: string;
  readonly expect: Expected;
}

export interface ScriptedResponse {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly text?: string;
  readonly base64?: string;
  readonly padTo?: number;
  readonly sends?: "a part" | "nothing";
  readonly then?: "close" | "stay open";
}

export interface ResponseCase {
  readonly name: string;
  readonly permission?: string;
  /** `null`: nothing listens. */
  readonly response: ScriptedResponse | null;
  readonly expect: Expected;
}

export interface RefusalSnapshot {
  readonly code: string;
  readonly addressUnknown?: true;
  readonly reason: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

export const WORLD: WorldFile = read("world.json") as WorldFile;
export const REQUESTS: readonly RequestCase[] = (read("requests.json") as { cases: RequestCase[] }).cases;
export const RESPONSES: readonly ResponseCase[] = (read("responses.json") as { cases: ResponseCase[] }).cases;

export function read(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../cases/${name}`, import.meta.url), "utf8"));
}

/** The secret and the id of each credential of the world. */
export type Secrets = Readonly<Record<string, { readonly secret: string; readonly id: string }>>;

/** A text of a case with secrets in place of their names. */
export function filled(text: string, secrets: Secrets): string {
  return text.replaceAll(/\{([a-z-]+)(?:\|([a-z]+))?\}/g, (_, name: string, change?: string) => {
    const { secret } = secrets[name] ?? assert.fail(`the world has no credential ${name}`);
    return changed(secret, change);
  });
}

function changed(secret: string, change: string | undefined): string {
  switch (change) {
    case undefined:
      return secret;
    case "encoded":
      return secret.replaceAll("_", "%5F");
    case "shortened":
      return secret.slice(0, -1);
    case "upper":
      return secret.toUpperCase();
    case "mistyped":
      return secret.slice(0, -1) + (secret.endsWith("0") ? "1" : "0");
    default:
      return assert.fail(`a case changes a secret in an unknown way: ${change}`);
  }
}

/** The raw headers of a case: name, value, name, value. */
export function rawHeadersOf({ headers = [] }: RequestCase, secrets: Secrets): readonly string[] {
  return headers.flatMap(([name, value]) => [name, filled(value, secrets)]);
}

/** Every form in which a program can hand a case to `verify`. `Headers` cannot tell two headers from a joined one. */
export function sourcesOf(given: RequestCase, secrets: Secrets): Readonly<Record<string, CredentialSource>> {
  if (given.text !== undefined) return { text: filled(given.text, secrets) };
  const rawHeaders = rawHeadersOf(given, secrets);
  const url = filled(given.url ?? "/scans", secrets);
  const record: Record<string, string[]> = {};
  for (let index = 0; index < rawHeaders.length; index += 2)
    (record[rawHeaders[index] as string] ??= []).push(rawHeaders[index + 1] as string);
  const sources: Record<string, CredentialSource> = {
    "a request of node:http": { rawHeaders, headers: {}, method: "GET", url },
    "a request with parsed headers": { headers: record, method: "GET", url },
  };
  if (given.url === undefined) sources["parsed headers"] = record;
  if (given.expect.code === "credentials_multiple") return sources;
  const request = new Request(new URL(url, "https://shop.example.com"), { headers: pairsOf(rawHeaders) });
  sources["a Request"] = request;
  if (given.url === undefined) sources["Headers"] = request.headers;
  return sources;
}

function pairsOf(rawHeaders: readonly string[]): [string, string][] {
  return rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [[name, rawHeaders[index + 1] as string]] : [])) as [
    string,
    string,
  ][];
}

/** Asserts that a verification is the expected one. */
export function assertVerification(
  verification: Verification,
  expected: Expected,
  secrets: Secrets,
  how: string,
): void {
  if (!expected.ok) {
    assert.ok(!verification.ok, `${how}: the request passes`);
    assert.equal(verification.code, expected.code, `${how}: ${verification.cause}`);
    return;
  }
  assert.ok(verification.ok, `${how}: ${verification.ok ? "" : `${verification.code}: ${verification.cause}`}`);
  if (expected.credential !== undefined)
    assert.equal(verification.principal.credential.id, secrets[expected.credential]?.id, how);
  for (const permission of expected.can ?? []) assert.ok(verification.can(permission), `${how}: ${permission}`);
  for (const permission of expected.cannot ?? []) assert.ok(!verification.can(permission), `${how}: ${permission}`);
}
