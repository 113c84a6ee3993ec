// A request that each operation would serve, so that only the actor decides about the response. Bodies and queries
// follow the declared schema: required fields, and those optional ones that make the request mean something.
import { defaultPolicy, LONG_LIFETIME_DAYS, NOTICE_KINDS } from "@mintmark/core";
import type { z } from "@hono/zod-openapi";
import type { Operation } from "../../src/http/operation.ts";
import { PASSWORD } from "../support/accounts.ts";
import type { Cast, MatrixActor } from "./actors.ts";
import type { Target } from "./expectation.ts";
import { type Area, EXTERNAL, type Targets } from "./targets.ts";

export interface Scene {
  readonly cast: Cast;
  readonly targets: Targets;
  readonly actor: MatrixActor;
  readonly operation: Operation;
}

type Fields = Readonly<Record<string, unknown>>;

/** The value of a field of this name in any operation. */
const FIELDS: Readonly<Record<string, (scene: Scene) => unknown>> = {
  name: () => "Example",
  email: () => "example@example.com",
  role: () => "viewer",
  password: () => PASSWORD,
  currentPassword: () => PASSWORD,
  newPassword: () => "tr0ubador & three",
  expiresInDays: () => 7,
  organizationId: ({ operation, cast, actor }) =>
    operation.permission === undefined ? (actor.organization ?? cast.organization).id : cast.organization.id,
  token: ({ targets, operation: { path }, actor }) => {
    if (path.startsWith("/api/invitations/")) return targets.of(actor).invitation;
    return path.startsWith("/api/email/") ? targets.of(actor).confirmation : targets.bystander.secret;
  },
  ids: ({ targets }) => [targets.bystander.things["personal-access-tokens"]],
  domain: () => "example.com",
  mail: () => Object.fromEntries(NOTICE_KINDS.map((kind) => [kind, true])),
  credentials: ({ targets }) => [targets.bystander.secret],
  policy: policyOf,
  days: () => 365,
  userId: ({ targets }) => targets.bystander.person.id,
  code: () => "0".repeat(32),
  userCode: ({ targets }) => targets.userCode,
  redirectUri: () => "http://127.0.0.1:4711/callback",
  codeChallenge: () => "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
  id: () => "dvc_00000000000000000000000000000000",
  format: () => "csv",
  scopes: () => ["directory:read"],
  source: () => "example",
  after: () => "start",
  url: () => "https://hooks.invalid/",
};

/** Optional fields that are still sent. */
const SENT = new Set(["name", "organizationId", "expiresInDays", "userId", "source"]);

/** Fields that single operations need in addition, or instead. */
const BODIES: Readonly<Record<string, (scene: Scene) => Fields>> = {
  signIn: ({ targets }) => ({ email: targets.bystander.person.email }),
  signUp: ({ targets }) => ({ email: targets.guest.email, invitation: targets.guest.invitation }),
  deleteOrganization: ({ cast }) => ({ name: cast.organization.name }),
  createHandOff: () => EXTERNAL,
  previewHandOff: ({ targets }) => ({ code: targets.handOffCode }),
  redeemHandOff: ({ targets }) => ({ code: targets.handOffCode, replaceSession: true }),
  // Values that need a recent password.
  mintToken: () => ({ expiresInDays: LONG_LIFETIME_DAYS + 1 }),
  createInvitation: () => ({ role: "admin" }),
  changeRole: () => ({ role: "admin" }),
  changeDirectory: () => ({ changes: [{ type: "user.delete", user: "nobody" }] }),
  // One question or many: the declaration requires neither by itself.
  verify: ({ targets }) => ({ token: targets.bystander.secret }),
};

/** Operations that need a special id in their path. */
const PATHS: Readonly<Record<string, (scene: Scene) => string>> = {
  dismissToken: ({ targets, actor }) => targets.of(actor).revokedToken,
};

export function bodyOf(scene: Scene): Fields | undefined {
  if (scene.operation.method === "get") return undefined;
  return { ...fieldsOf(scene, scene.operation.body), ...BODIES[scene.operation.operationId]?.(scene) };
}

/** Whether the path names a thing that may belong to somebody else. */
export function hasTarget(operation: Operation): boolean {
  const area = areaOf(operation);
  return paramsOf(operation).some(({ collection }) => !(area === "organization" && collection === "organizations"));
}

export function pathOf(scene: Scene, target: Target): string {
  const { operation, targets, actor } = scene;
  const instead = target === "own" ? PATHS[operation.operationId]?.(scene) : undefined;
  let path = operation.path;
  for (const { name, collection } of paramsOf(operation)) {
    const id = instead ?? targets.idIn(collection, areaOf(operation), actor, target);
    path = path.replace(`{${name}}`, encodeURIComponent(id));
  }
  const query = new URLSearchParams(
    Object.entries(fieldsOf(scene, operation.query)).map(([name, value]) => [name, String(value)]),
  ).toString();
  return query === "" ? path : `${path}?${query}`;
}

function areaOf({ path }: Operation): Area {
  if (path.startsWith("/api/organizations/{")) return "organization";
  if (/^\/api\/manage\/(?:users|organizations)\//.test(path)) return "host";
  return /^\/api\/(?:admin|manage)\//.test(path) ? "instance" : "self";
}

/** The parameters of a path, each with the collection that stands before it. */
function paramsOf({ path }: Operation): readonly { readonly name: string; readonly collection: string }[] {
  return [...path.matchAll(/\/([^/{}]+)\/\{(\w+)\}/g)].map(([, collection = "", name = ""]) => ({ collection, name }));
}

function fieldsOf(scene: Scene, schema: z.ZodType | undefined): Fields {
  const shape = (schema as { readonly shape?: Record<string, z.ZodType> } | undefined)?.shape ?? {};
  const fields: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(shape)) {
    if (field.safeParse(undefined).success && !SENT.has(name)) continue;
    fields[name] = valueOf(scene, name, field);
  }
  return fields;
}

function valueOf(scene: Scene, name: string, field: z.ZodType): unknown {
  const known = FIELDS[name];
  if (known !== undefined) return known(scene);
  const policy = policyOf(scene);
  return Object.hasOwn(policy, name) ? policy[name] : plainValueOf(field);
}

function policyOf({ cast }: Scene): Fields {
  return { ...defaultPolicy(cast.seed.instance.deps.catalogue.roles.keys()), idleDays: 30 };
}

/** The first plain value that a field of any name takes. */
function plainValueOf(field: z.ZodType): unknown {
  const plain = ["Example", "2030-01-01T00:00:00Z", 7, true, ["Example"], [], {}, null];
  const options = (field as { readonly options?: readonly unknown[] }).options ?? [];
  return [...options, ...plain].find((value) => field.safeParse(value).success);
}
