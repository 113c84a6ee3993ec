// The management key of a request: whether it is good, whether it has the scope, and the record of its use.
// Rule: a use that is the first of a UTC day, or from a new address, is in the audit log before the response; with `strict`
// every use is. A refused call of a known key is on record too, at most once a minute for each code. Changes have their own
// events, whose actor and credential are the key.
import { DAY_MS, type ErrorCode, type ManagementScope } from "@mintmark/core";
import { BoundedMap } from "../../bounded.ts";
import { isAddressIn } from "../../network/client-address.ts";
import {
  type AuditEventRecord,
  type Hash,
  type ManagementKeyRecord,
  type Sighting,
  StorageFull,
  StoreUnavailable,
} from "../../store/store.ts";
import { requireActiveKey } from "../authority.ts";
import {
  authorOf,
  type Deps,
  type EventContent,
  eventOf,
  type ManagementActor,
  Refusal,
  type RequestOrigin,
} from "../use-case.ts";

type UseDeps = Pick<Deps, "store" | "clock" | "later"> & { readonly auditUse: "summary" | "strict" };

/** A request with a management key. */
export interface ManagementRequest {
  readonly hash: Hash;
  readonly origin: RequestOrigin;
  readonly operationId: string;
  /**
   * The scope that the operation needs, `null` when it needs none; or the refusal of an operation that takes no management
   * key.
   */
  readonly needs: ManagementScope | null | Refusal;
}

/** Returns the host as the actor of the request and records the use, or refuses and records the refusal. */
export async function useManagementKey(deps: UseDeps, request: ManagementRequest): Promise<ManagementActor> {
  const { hash, origin, needs } = request;
  const key = await deps.store.reads.findManagementKeyByHash(hash);
  if (key === null)
    throw new Refusal("token_unknown", "This instance does not know the key. Check which instance it belongs to.");
  const actor: ManagementActor = { kind: "management-key", key, origin };
  try {
    requireActiveKey(deps, key);
    requireNetwork(key, origin);
    if (needs instanceof Refusal) throw needs;
    if (needs !== null) requireScope(key, needs);
  } catch (error) {
    if (error instanceof Refusal) recordDenial(deps, actor, request.operationId, error.code);
    throw error;
  }
  await recordUse(deps, actor, request.operationId);
  return actor;
}

function requireNetwork({ networks }: ManagementKeyRecord, { ip }: RequestOrigin): void {
  if (networks.length === 0 || isAddressIn(ip, networks)) return;
  throw new Refusal(
    "network_refused",
    "This management key works only from certain networks. Use it from one of them, or ask an instance admin for another key.",
  );
}

function requireScope({ scopes }: ManagementKeyRecord, scope: ManagementScope): void {
  if (scopes.includes(scope)) return;
  throw new Refusal(
    "scope_missing",
    `This management key lacks the scope ${scope}. Ask an instance admin for a key that has it.`,
  );
}

const MINUTE_MS = 60_000;
/** New addresses of one key that are recorded durably per UTC day. Further ones are only the last address. */
const ADDRESSES_PER_DAY = 20;
/** The last uses and refusals that this process has recorded. */
const REMEMBERED = 10_000;
const recorded = new BoundedMap<string, true>(REMEMBERED);

async function recordUse(deps: UseDeps, actor: ManagementActor, operation: string): Promise<void> {
  const { key, origin } = actor;
  const at = deps.clock();
  const day = new Date(at).toISOString().slice(0, 10);
  const use = `${key.id} ${day} ${origin.ip}`;
  const isKnown = recorded.has(use);
  if (isKnown && deps.auditUse === "summary") return noteLastUse(deps, actor, at);
  try {
    await deps.store.transaction(async (tx) => {
      await tx.noteManagementKeyUse(key.id, { at, ip: origin.ip });
      const sightings: Sighting[] = [{ credentialId: key.id, sighting: `day:${day}`, at }];
      const recent = isKnown ? ADDRESSES_PER_DAY : await tx.countSightings(key.id, at - (at % DAY_MS));
      if (origin.ip !== null && recent < ADDRESSES_PER_DAY)
        sightings.push({ credentialId: key.id, sighting: `ip:${origin.ip}`, at });
      const fresh = isKnown ? [] : await tx.recordSightings(sightings);
      if (fresh.length === 0 && deps.auditUse === "summary") return;
      const has = (prefix: string): boolean => fresh.some(({ sighting }) => sighting.startsWith(prefix));
      const details = { operation, firstOfDay: has("day:"), newAddress: has("ip:") };
      await tx.insertAuditEvents([eventAbout(actor, { at, action: "management_key.used", details })]);
    });
  } catch (error) {
    // Like a token, a key fails closed when its use cannot be recorded.
    if (!(error instanceof StorageFull)) throw error;
    throw new StoreUnavailable("a use could not be recorded: the disk is full", { cause: error });
  }
  recorded.set(use, true);
}

/** The last use is shown to the minute, so it is written at most once a minute. */
function noteLastUse(deps: UseDeps, { key, origin }: ManagementActor, at: number): void {
  if (key.lastUsedAt !== null && at - key.lastUsedAt < MINUTE_MS) return;
  deps.later(() => deps.store.transaction((tx) => tx.noteManagementKeyUse(key.id, { at, ip: origin.ip }), "lazy"));
}

function recordDenial(deps: UseDeps, actor: ManagementActor, operation: string, code: ErrorCode): void {
  const at = deps.clock();
  const denial = `${actor.key.id} ${code} ${Math.floor(at / MINUTE_MS)}`;
  if (recorded.has(denial)) return;
  recorded.set(denial, true);
  const event = eventAbout(actor, {
    at,
    action: "management_key.denied",
    outcome: "denied",
    details: { code, operation },
  });
  deps.later(() => deps.store.transaction((tx) => tx.insertAuditEvents([event]), "lazy"));
}

function eventAbout(
  actor: ManagementActor,
  content: Pick<EventContent, "at" | "action" | "outcome" | "details">,
): AuditEventRecord {
  const { id, name } = actor.key;
  return eventOf(authorOf(actor), { ...content, organizationId: null, target: { kind: "management_key", id, name } });
}
