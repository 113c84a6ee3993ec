// Management keys: the credentials with which the host keeps its people here. A key is made by an instance admin, by a person
// on the host of the instance, or declared in the configuration (declared-key.ts).
// Rule: a key belongs to the instance and to one source of external ids. A source has two active keys at most, so that one
// can take over from the other. Only the result of a creation contains a key in plaintext.
import {
  type ManagementKeyEnd,
  type ManagementKeyId,
  type ManagementScope,
  MANAGEMENT_SCOPES,
  DEFAULT_SOURCE,
  KEYS_AT_ONCE,
  NETWORKS_OF_POLICY,
  prefixOf,
  type Secret,
  SOURCE_PATTERN,
  SOURCE_RULE,
} from "@mintmark/core";
import { isNetwork } from "../../network/client-address.ts";
import { hashSecret, newId, newSecret } from "../../secrets/generate.ts";
import type { ManagementKeyRecord, Page, PageRequest, Reads, Transaction } from "../../store/store.ts";
import { requireInstanceAdmin, requireRecentSession } from "../authority.ts";
import { type ExpiryChoice, requireExpiry, requireName } from "../input.ts";
import {
  authorOf,
  type Deps,
  eventOf,
  type EventOrigin,
  notFound,
  OPERATOR,
  Refusal,
  type RevocationReceipt,
  revocationReceiptAt,
  type SessionActor,
} from "../use-case.ts";

/** Returns the management keys, newest first, including ended ones. */
export function listManagementKeys(
  deps: { readonly store: { readonly reads: Pick<Reads, "listManagementKeys"> } },
  page: PageRequest,
): Promise<Page<ManagementKeyRecord>> {
  return deps.store.reads.listManagementKeys(page);
}

export interface ManagementKeyInput extends ExpiryChoice {
  readonly name: string;
  /** Default: every scope. */
  readonly scopes?: readonly ManagementScope[] | undefined;
  /** Default: `host`. */
  readonly source?: string | undefined;
  /** CIDR networks. Default: any network. */
  readonly networks?: readonly string[] | undefined;
}

/** A new key. Only this result contains it in plaintext. */
export interface CreatedManagementKey {
  readonly key: ManagementKeyRecord;
  readonly secret: Secret;
}

type KeyDeps = Pick<Deps, "store" | "clock" | "settings">;

/** Creates a key for an instance admin who gave their password within the last 15 minutes. */
export async function createManagementKey(
  deps: KeyDeps,
  actor: SessionActor,
  input: ManagementKeyInput,
): Promise<CreatedManagementKey> {
  const key = prepare(deps, input);
  return deps.store.transaction(async (tx) => {
    await tx.lockInstance();
    await requireInstanceAdmin(deps, tx, actor);
    requireRecentSession(deps, actor);
    return insert(deps, tx, authorOf(actor), key);
  });
}

/** Creates a key for a person who can run commands on the host of the instance. */
export async function createManagementKeyOnHost(
  deps: KeyDeps,
  input: ManagementKeyInput,
): Promise<CreatedManagementKey> {
  const key = prepare(deps, input);
  return deps.store.transaction(async (tx) => {
    await tx.lockInstance();
    return insert(deps, tx, OPERATOR, key);
  });
}

interface PreparedKey {
  readonly id: ManagementKeyId;
  readonly name: string;
  readonly scopes: readonly ManagementScope[];
  readonly source: string;
  readonly networks: readonly string[];
  readonly expiresAt: number | null;
  readonly secret: Secret;
}

function prepare(deps: KeyDeps, input: ManagementKeyInput): PreparedKey {
  const chosen = new Set(input.scopes ?? MANAGEMENT_SCOPES);
  if (chosen.size === 0) throw invalid("scopes", "Choose at least one scope.");
  const source = input.source ?? DEFAULT_SOURCE;
  if (!SOURCE_PATTERN.test(source)) throw invalid("source", SOURCE_RULE);
  const networks = [...new Set(input.networks)];
  if (networks.length > NETWORKS_OF_POLICY) throw invalid("networks", `Name ${NETWORKS_OF_POLICY} networks at most.`);
  const wrong = networks.find((text) => !isNetwork(text));
  if (wrong !== undefined)
    throw invalid("networks", `Write networks such as 203.0.113.0/24 or 2001:db8::/32, not "${wrong.slice(0, 60)}".`);
  return {
    id: newId("managementKey"),
    name: requireName(input.name),
    scopes: MANAGEMENT_SCOPES.filter((scope) => chosen.has(scope)),
    source,
    networks,
    expiresAt: requireExpiry(input, deps.clock()),
    secret: newSecret(deps.settings.brand, "management_key"),
  };
}

function invalid(field: string, message: string): Refusal {
  return new Refusal("field_invalid", `The field "${field}" cannot be used. ${message}`, {
    errors: [{ field, message }],
  });
}

async function insert(
  deps: Pick<Deps, "clock">,
  tx: Transaction,
  by: EventOrigin,
  { secret, ...key }: PreparedKey,
): Promise<CreatedManagementKey> {
  const createdAt = deps.clock();
  if ((await tx.countActiveManagementKeys(key.source, createdAt)) >= KEYS_AT_ONCE) {
    throw new Refusal(
      "limit_reached",
      `The source "${key.source}" can have ${KEYS_AT_ONCE} active management keys at most: the present one and the next. Revoke one of them, then try again.`,
    );
  }
  const prefix = prefixOf(secret);
  await tx.insertManagementKey({
    ...key,
    prefix,
    isDeclared: false,
    createdAt,
    createdBy: by.actor,
    hash: hashSecret(secret),
  });
  const { name, scopes, source, networks, expiresAt } = key;
  await tx.insertAuditEvents([
    eventOf(by, {
      at: createdAt,
      organizationId: null,
      action: "management_key.created",
      target: { kind: "management_key", id: key.id, name },
      details: { prefix, scopes, source, networks, expiresAt },
    }),
  ]);
  return { key: await getStored(tx, key.id), secret };
}

async function getStored(tx: Transaction, id: ManagementKeyId): Promise<ManagementKeyRecord> {
  const stored = await tx.findManagementKey(id);
  if (stored === null) throw new Error("a management key that was just written cannot be found");
  return stored;
}

/** Renames a key; nothing else of it ever changes. Refuses an ended key. */
export async function renameManagementKey(
  deps: Pick<Deps, "store" | "clock">,
  actor: SessionActor,
  input: { readonly id: ManagementKeyId; readonly name: string },
): Promise<ManagementKeyRecord> {
  const name = requireName(input.name);
  return deps.store.transaction(async (tx) => {
    await tx.lockInstance();
    await requireInstanceAdmin(deps, tx, actor);
    const key = await tx.findManagementKey(input.id);
    if (key === null) throw notFound();
    if (key.revokedAt !== null)
      throw new Refusal("credential_not_active", `"${key.name}" was revoked, so it keeps its name.`);
    if (key.name === name) return key;
    await tx.renameManagementKey(key.id, name);
    await tx.insertAuditEvents([
      eventOf(authorOf(actor), {
        at: deps.clock(),
        organizationId: null,
        action: "management_key.renamed",
        target: { kind: "management_key", id: key.id, name },
        details: { before: { name: key.name }, after: { name } },
      }),
    ]);
    return { ...key, name };
  });
}

/**
 * Revokes a key. When this returns, every request with it is refused. Repeating it returns the first receipt. A declared
 * key stays revoked, also when the configuration still declares it.
 */
export function revokeManagementKey(
  deps: Pick<Deps, "store" | "clock">,
  actor: SessionActor,
  id: ManagementKeyId,
): Promise<RevocationReceipt> {
  return deps.store.transaction(async (tx) => {
    await tx.lockInstance();
    await requireInstanceAdmin(deps, tx, actor);
    return endManagementKey(deps, tx, authorOf(actor), id, "admin");
  });
}

/** Revokes a key for a person who can run commands on the host of the instance. */
export function revokeManagementKeyOnHost(
  deps: Pick<Deps, "store" | "clock">,
  id: ManagementKeyId,
): Promise<RevocationReceipt> {
  return deps.store.transaction(async (tx) => {
    await tx.lockInstance();
    return endManagementKey(deps, tx, OPERATOR, id, "admin");
  });
}

/** Ends the key in the caller's transaction, which holds the instance's lock. */
export async function endManagementKey(
  deps: Pick<Deps, "clock">,
  tx: Transaction,
  by: EventOrigin,
  id: ManagementKeyId,
  reason: ManagementKeyEnd,
): Promise<RevocationReceipt> {
  const at = deps.clock();
  const isFirst = await tx.revokeManagementKey(id, { at, by: by.actor, reason });
  const key = await tx.findManagementKey(id);
  if (key === null || key.revokedAt === null) throw notFound();
  if (!isFirst) return await revocationReceiptAt(tx, key.revokedAt);
  await tx.insertAuditEvents([
    eventOf(by, {
      at,
      organizationId: null,
      action: "management_key.revoked",
      target: { kind: "management_key", id, name: key.name },
      details: { reason, prefix: key.prefix, source: key.source },
    }),
  ]);
  return await revocationReceiptAt(tx, at);
}
