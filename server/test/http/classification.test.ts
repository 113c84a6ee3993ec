// Every route says who may call it with which credential, and enforces it. The test lists the router itself, so a route
// that is not classified, or classified wrongly, fails here.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { before, describe, it } from "node:test";
import type { CredentialClass } from "../../src/wire/request.ts";
import type { Operation } from "../../src/http/operation.ts";
import { openApiDocument } from "../../src/http/openapi/document.ts";
import { otherPaths } from "../../src/http/openapi/other-paths.ts";
import { operations } from "../../src/http/operations.ts";
import type { Client } from "../support/client.ts";
import { withInstance } from "../support/with-instance.ts";

/** Served without an operation: none of them reads a user's credential or changes anything. */
const PAGES = ["/", "/healthz", "/readyz", "/metrics", "/openapi.json", "/llms.txt", "/llms-full.txt"].concat(
  ["", "/*", "/api", "/docs.css", "/docs.js"].map((page) => `/docs${page}`),
);

const CLASSES: readonly CredentialClass[] = [
  "public",
  "session",
  "hand-off",
  "instance-admin",
  "pat",
  "api-key",
  "service",
  "management-key",
];
const CREDENTIALS = ["pat", "api-key", "service", "management-key"] as const;

/** The first problem of a set of operations and routed paths, or `null`. */
function problemOf(
  routed: readonly { readonly method: string; readonly path: string }[],
  declared: readonly Operation[],
): string | null {
  const known = new Set(
    declared.map((operation) => `${operation.method.toUpperCase()} ${operation.path.replaceAll(/\{(\w+)\}/g, ":$1")}`),
  );
  // Routes beside the operations that read a credential: the document says which.
  for (const { method, path, "x-credentials": credentials } of otherPaths)
    if (!credentials.includes("public")) known.add(`${method.toUpperCase()} ${path}`);
  const paths = new Set([...known].map((entry) => entry.split(" ")[1]));
  for (const { method, path } of routed) {
    if (known.has(`${method} ${path}`) || PAGES.includes(path)) continue;
    if (method === "ALL" && paths.has(path)) continue;
    return `${method} ${path} is routed and not classified`;
  }
  for (const { operationId, credentials } of declared) {
    if (credentials.length === 0) return `${operationId} names no credentials`;
    if (credentials.some((credential) => !CLASSES.includes(credential)))
      return `${operationId} names an unknown credential`;
    if (credentials.includes("public") && credentials.length > 1) return `${operationId} is public and something else`;
  }
  const ids = declared.map((operation) => operation.operationId);
  return new Set(ids).size === ids.length ? null : "two operations share an id";
}

describe("the classification of routes", () => {
  const { instance, seed } = withInstance();
  let clients: Readonly<Record<"anonymous" | "session" | "hand-off" | (typeof CREDENTIALS)[number], Client>>;

  before(async () => {
    const owner = await seed.person();
    const organization = await seed.organization(owner);
    // Of another person, because the owner's session ends the owner's other sessions.
    const guest = await seed.person();
    await seed.member(organization, guest, "owner");
    clients = {
      anonymous: instance.client(),
      session: await seed.session(owner, organization),
      "hand-off": (await seed.handedOff(guest, organization)).client,
      pat: (await seed.token(owner, organization)).client,
      "api-key": (await seed.apiKey(organization, owner)).client,
      service: (await seed.service(owner)).client,
      "management-key": (await seed.managementKey()).client,
    };
  });

  it("covers the whole router", () => {
    assert.ok(operations.length > 10);
    assert.equal(problemOf(instance.app.routes, operations), null);
  });

  it("would notice a route that nobody classified", () => {
    assert.match(problemOf([{ method: "GET", path: "/api/back-door" }], operations) ?? "", /not classified/);
    const [first] = operations;
    assert.match(problemOf([], [{ ...(first as Operation), credentials: [] }]) ?? "", /names no credentials/);
  });

  // A path with unknown ids: authorization comes before the lookup.
  const send = (client: Client, { method, path, bodyType }: Operation) => {
    const address = path.replaceAll(/\{\w+\}/g, "none_00000000000000000000000000000000");
    if (method === "get") return client.get(address);
    return bodyType === "form"
      ? client.with({ "Content-Type": "application/x-www-form-urlencoded" }).send(method.toUpperCase(), address)
      : client.send(method.toUpperCase(), address, {});
  };

  const REFUSED = new Set([
    "credentials_missing",
    "session_required",
    "personal_credential_required",
    "service_key_required",
    "management_key_required",
    "instance_admin_required",
    "hand_off_session_limited",
  ]);

  for (const operation of operations) {
    it(`${operation.operationId}: ${operation.credentials.join(", ")}`, async () => {
      const { credentials } = operation;
      const codes: Record<string, string | undefined> = {};
      for (const kind of ["anonymous", ...CREDENTIALS, "session", "hand-off"] as const) {
        // Ending the very session or token that the other checks use is tested where it belongs.
        if ((kind === "session" || kind === "hand-off") && operation.operationId === "signOut") continue;
        const { body } = await send(clients[kind], operation);
        codes[kind] = REFUSED.has(body?.code) ? body.code : undefined;
      }
      if (credentials.includes("public")) return assert.deepEqual(Object.values(codes).filter(Boolean), []);
      const takesSession = credentials.includes("session");
      assert.equal(codes["anonymous"], operation.mayBeSignedOut === true ? undefined : "credentials_missing");
      assert.equal(
        codes["session"],
        takesSession
          ? undefined
          : credentials.includes("instance-admin")
            ? "instance_admin_required"
            : "credentials_missing",
      );
      const readsCookie = takesSession || credentials.includes("instance-admin") || credentials.includes("hand-off");
      assert.equal(
        codes["hand-off"],
        credentials.includes("hand-off") ? undefined : readsCookie ? "hand_off_session_limited" : "credentials_missing",
      );
      for (const kind of CREDENTIALS) {
        if (credentials.includes(kind)) {
          // An operation may take the credential and still need a person's own one.
          assert.notEqual(codes[kind], "session_required");
          assert.notEqual(codes[kind], "service_key_required");
          assert.notEqual(codes[kind], "management_key_required");
        } else {
          const wanted = credentials.includes("management-key")
            ? "management_key_required"
            : credentials.includes("service")
              ? "service_key_required"
              : kind !== "pat" && credentials.includes("pat")
                ? "personal_credential_required"
                : "session_required";
          assert.equal(codes[kind], wanted, kind);
        }
      }
    });
  }

  it("is published: openapi.json in the repository is what this code serves", async () => {
    const committed = JSON.parse(await readFile(new URL("../../../openapi.json", import.meta.url), "utf8"));
    assert.deepEqual(
      committed,
      JSON.parse(JSON.stringify(openApiDocument(operations))),
      "run `npm run openapi` and commit the result",
    );
    for (const item of Object.values(committed.paths as Record<string, Record<string, Record<string, unknown>>>)) {
      for (const operation of Object.values(item)) assert.ok(Array.isArray(operation["x-credentials"]));
    }
  });
});
