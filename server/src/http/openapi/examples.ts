// An example for each body of the document, made from its schema: the schema's own `example` where it has one, else a value
// that its type and the name of the field suggest. Rule: an example is valid, and none looks like a secret that could work.

/** The part of a JSON Schema that the document uses. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly example?: unknown;
  readonly description?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

export type Schemas = Readonly<Record<string, Schema>>;

/** The schema behind a reference. */
export function resolved(schema: Schema, schemas: Schemas): Schema {
  const name = nameOf(schema);
  return name === undefined ? schema : resolved(schemas[name] as Schema, schemas);
}

/** The name of the component that the schema refers to. */
export function nameOf({ $ref }: Schema): string | undefined {
  return $ref?.slice("#/components/schemas/".length);
}

const ID = "6f1c0a9e2b7d4c58a3e0f9d1b2c47a65";

/** What an object describes, by the name of its component or of the field that holds it: the start of its id, and its name. */
const THINGS: readonly (readonly [RegExp, string, string])[] = [
  [
    /^(user|owner|actor|by|createdBy|revokedBy|invitedBy|requestedBy|inviter|ActorReference|User|Account|InstanceUser)$/,
    "usr",
    "Ada Lovelace",
  ],
  [/^(organizations?|Organization|OrganizationMembership|InstanceOrganization.*)$/, "org", "Analytical Engines"],
  [/^(members?|memberships?|Member)$/, "mem", "Ada Lovelace"],
  [/^(apiKeys?|ApiKey|CreatedApiKey|replacedBy)$/, "key", "Nightly export"],
  [/^(services?|Service|CreatedService)$/, "svc", "Scans API"],
  [/^(invitations?|Invitation)$/, "inv", "Ada Lovelace"],
  [/^(sessions?|Session|SessionSummary|AccountSession)$/, "ses", "Firefox"],
  [/^(AuditEvent|events?)$/, "evt", "Ada Lovelace"],
  [/^(notices?|Notice)$/, "ntc", "Ada Lovelace"],
  [/^(DeviceLogin|login)$/, "dvc", "laptop"],
  [/^permissions$/, "", "members:read"],
  [/^roles$/, "", "member"],
];
const TOKEN = ["", "pat", "MacBook CLI"] as const;

function thingOf(context: string): { readonly id: string; readonly name: string; readonly secret: string } {
  const [, kind, name] = THINGS.find(([pattern]) => pattern.test(context)) ?? TOKEN;
  const tag = kind === "key" || kind === "svc" ? kind : "pat";
  return { id: `${kind}_${ID}`, name, secret: `mm_${tag}_` };
}

/** Texts by the name of their field. Angle brackets stand for what is secret or different each time. */
const TEXTS: Readonly<Record<string, string>> = {
  email: "ada@example.com",
  confirmationSentTo: "ada@example.com",
  username: "Ada Lovelace",
  sub: `usr_${ID}`,
  client_id: `pat_${ID}`,
  organization: `org_${ID}`,
  organizationId: `org_${ID}`,
  membershipId: `mem_${ID}`,
  userId: `usr_${ID}`,
  auditEventId: `evt_${ID}`,
  auditEventIds: `evt_${ID}`,
  requestId: ID,
  access_token: "mm_pat_<48 hexadecimal digits>",
  token: "<a token>",
  code: "token_expired",
  invitation: "<the part of the link after #token=>",
  credentials: "<a token, or text that contains one>",
  client_secret: "<a service key>",
  device_code: "<a device code>",
  baseUrl: "https://mintmark.example.com",
  iss: "https://mintmark.example.com/oauth2",
  url: "https://mintmark.example.com/<path>",
  returnTo: "http://127.0.0.1:49152/callback?code=<a code>",
  codeChallenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
  role: "member",
  mintableBy: "member",
  permissions: "members:read",
  losesPermissions: "members:write",
  missingPermissions: "members:write",
  scope: "members:read organization:read",
  ip: "203.0.113.7",
  address: "203.0.113.7",
  network: "203.0.113.0/24",
  lastUsedIp: "203.0.113.7",
  userAgent: "curl/8.5.0",
  lastUsedUserAgent: "curl/8.5.0",
  deviceName: "laptop",
  domain: "example.com",
  route: "GET /scans/:id",
  lastUsedRoute: "GET /scans/:id",
  path: "/scans",
  method: "GET",
  kind: "user",
  type: "session",
  outcome: "ok",
  reason: "self",
  storage: "low",
  warning: "The clock of this machine is 40 s ahead of the database's.",
  description: "Read tokens of members.",
  grant_type: "urn:ietf:params:oauth:grant-type:device_code",
};

/** Fields that are `null` in the most common case. */
const MOSTLY_NULL =
  /^(blockedBy|revokedAt|revokedBy|revokedReason|replaces|suspendedAt|deletedAt|dismissedAt|effectiveAt|ended|nextCursor|readAt|organizationsNextCursor|refusedBy)$/;

/** A valid example of the schema. `context` names the component or field whose object has the field. */
export function exampleOf(schema: Schema, schemas: Schemas, field = "", context = ""): unknown {
  if (MOSTLY_NULL.test(field) && allowsNull(schema)) return null;
  if (field === "expiresAt" && schema.format === "date-time") return "2026-12-22T09:30:00.000Z";
  if (schema.example !== undefined) return schema.example;
  const name = nameOf(schema);
  if (name !== undefined) return exampleOf(resolved(schema, schemas), schemas, field, name);
  if (schema.const !== undefined) return schema.const;
  if (schema.default !== undefined) return schema.default;
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.allOf !== undefined) {
    const parts = schema.allOf.map((part) => exampleOf(part, schemas, field, context));
    return Object.assign({}, ...(parts as object[])) as unknown;
  }
  const [alternative] = schema.anyOf ?? schema.oneOf ?? [];
  if (alternative !== undefined) return exampleOf(alternative, schemas, field, context);
  return exampleOfType(schema, schemas, field, context);
}

function allowsNull({ type, anyOf = [], oneOf = [] }: Schema): boolean {
  return [type].flat().includes("null") || [...anyOf, ...oneOf].some(allowsNull);
}

function exampleOfType(schema: Schema, schemas: Schemas, field: string, context: string): unknown {
  switch ([schema.type ?? "object"].flat()[0]) {
    case "string":
      return schema.format === "date-time" ? "2026-11-22T09:30:00.000Z" : textOf(field, context);
    case "integer":
    case "number":
      return Math.max(schema.minimum ?? 0, Math.min(1, schema.maximum ?? 1));
    case "boolean":
      return !/^(personal|instanceAdmin|confirmingEnds)$/.test(field);
    case "array":
      return schema.items === undefined ? [] : [exampleOf(schema.items, schemas, field, field)];
    case "null":
      return null;
    default:
      return exampleOfObject(schema, schemas, context);
  }
}

function textOf(field: string, context: string): string {
  const { id, name, secret } = thingOf(context);
  if (field === "id" || field === "ids") return id;
  if (field === "name") return name;
  if (field === "prefix") return `${secret}7f3`;
  return field === "secret" ? `${secret}<48 hexadecimal digits>` : (TEXTS[field] ?? "text");
}

function exampleOfObject({ properties = {} }: Schema, schemas: Schemas, context: string): object {
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [
      name,
      exampleOf(property, schemas, name, isObject(resolved(property, schemas)) ? name : context),
    ]),
  );
}

function isObject(schema: Schema): boolean {
  return schema.properties !== undefined || [...(schema.anyOf ?? []), ...(schema.allOf ?? [])].some(isObject);
}

/** The body of a request: what it needs, and each optional field that has its own example. */
export function requestExampleOf(schema: Schema, schemas: Schemas): unknown {
  if (schema.example !== undefined) return schema.example;
  const { properties, required = [] } = resolved(schema, schemas);
  if (properties === undefined) return exampleOf(schema, schemas);
  const named = Object.entries(properties).filter(
    ([name, property]) => required.includes(name) || property.example !== undefined,
  );
  return Object.fromEntries(named.map(([name, property]) => [name, exampleOf(property, schemas, name)]));
}
