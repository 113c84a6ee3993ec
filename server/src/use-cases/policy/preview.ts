// Shows what a change of the token policy would break before anyone saves it.
// Rule: core evaluates every credential under both policies with the code that verification uses, so the preview agrees
// with the effect. Nothing is stored. Every page reads all credentials, a few at a time, and keeps only its own items, so
// memory use does not grow with their number.
import { DAY_MS, type OrganizationId, policyEffect, type PolicyEffect, type TokenPolicy } from "@mintmark/core";
import { nextTurn } from "../../bounded.ts";
import { isAddressIn } from "../../network/client-address.ts";
import type { ApiKeyRecord, Cursor, Page, PageRequest, Reads, TokenRecord } from "../../store/store.ts";
import type { Actor, Deps } from "../use-case.ts";
import { allowsOversight, authorityIn, permissionDenied } from "../authority.ts";
import { requirePolicy } from "./policy.ts";

type Credential = TokenRecord | ApiKeyRecord;

/** A credential that would stop working or lose permissions. */
export interface AffectedCredential {
  readonly credential: Credential;
  readonly effect: Exclude<PolicyEffect, { kind: "resumes" }>;
}

interface EffectCounts {
  /** Credentials that work under the present policy. */
  live: number;
  stop: number;
  /** The stopped credentials that were used within the last 24 hours. */
  stopInUse: number;
  narrow: number;
  /** The narrowed credentials that can change something now and could only read afterwards. */
  becomeReadOnly: number;
  /** Credentials that the present policy refuses and the next one would allow. */
  resume: number;
  /** Active credentials without a known last address, so that nobody can say from which network they are used. */
  networkUnknown: number;
}

export interface PolicyPreview {
  /** The counts of all credentials, on the first page only; `null` on later pages. */
  readonly counts: { readonly tokens: EffectCounts; readonly apiKeys: EffectCounts } | null;
  /** Whether members' tokens are listed. The present policy may not let the caller see them. */
  readonly tokensListed: boolean;
  /** The worst effect first, and of equal effects the credential that was used last. */
  readonly affected: Page<AffectedCredential>;
}

const READ_AT_ONCE = 200;
const PERMISSIONS = ["tokens:read", "api-keys:read", "policy:read"];

/** Previews the policy. Refuses a policy that could not be saved. */
export async function previewPolicy(
  deps: Deps,
  actor: Actor,
  input: { readonly organizationId: OrganizationId; readonly policy: TokenPolicy },
  page: PageRequest,
): Promise<PolicyPreview> {
  const { organizationId } = input;
  const authority = await authorityIn(deps, deps.store.reads, actor, organizationId);
  for (const permission of PERMISSIONS)
    if (!authority.permissions.includes(permission)) throw permissionDenied([permission]);
  const next = requirePolicy(deps.catalogue, input.policy);
  const tokensListed = allowsOversight(authority.organization.policy, "list");
  const counts = { tokens: noCounts(), apiKeys: noCounts() };
  const found: Placed[] = [];
  for await (const credential of allCredentials(deps.store.reads, organizationId)) {
    const evaluated = effectOn(deps, credential, next);
    count(credential.kind === "pat" ? counts.tokens : counts.apiKeys, evaluated, credential, {
      next,
      now: deps.clock(),
    });
    const { effect } = evaluated;
    const isListed = credential.kind === "api_key" || tokensListed;
    if (isListed && effect !== null && effect.kind !== "resumes") keep(found, place({ credential, effect }), page);
  }
  const items = found.slice(0, page.limit);
  const cursor = found.length > page.limit ? (items.at(-1)?.place ?? null) : null;
  return { counts: page.after === null ? counts : null, tokensListed, affected: { items, next: cursor } };
}

/** An affected credential and its place in the order, which is also the cursor of its page. */
interface Placed extends AffectedCredential {
  readonly place: Cursor;
}

/** Larger than every instant, so that a worse effect comes first, whenever the credential was used. */
const RANK = 1e14;

function place(affected: AffectedCredential): Placed {
  const { credential, effect } = affected;
  const at = rankOf(effect) * RANK + (credential.lastUsedAt ?? 0);
  return { ...affected, place: { at, id: credential.id } };
}

function rankOf(effect: AffectedCredential["effect"]): number {
  if (effect.kind === "stops") return 3;
  if (effect.losesAll) return 2;
  return effect.becomesReadOnly ? 1 : 0;
}

/** Inserts the credential in order if it belongs to this page, which holds one more than its limit. */
function keep(found: Placed[], placed: Placed, { limit, after }: PageRequest): void {
  if (after !== null && !isBefore(after, placed.place)) return;
  const index = found.findIndex((other) => isBefore(placed.place, other.place));
  found.splice(index === -1 ? found.length : index, 0, placed);
  if (found.length > limit + 1) found.pop();
}

function isBefore(one: Cursor, other: Cursor): boolean {
  return one.at === other.at ? one.id > other.id : one.at > other.at;
}

function effectOn(
  { catalogue, clock, settings }: Deps,
  credential: Credential,
  next: TokenPolicy,
): ReturnType<typeof policyEffect> {
  return policyEffect(credential, next, {
    catalogue,
    now: clock(),
    allowPersonal: settings.allowPersonalTokens,
    // Use the address of the last use. An unused credential has none, so the network rule does not apply to it here.
    isClientIn: (networks) => credential.lastUsedIp === null || isAddressIn(credential.lastUsedIp, networks),
  });
}

function count(
  counts: EffectCounts,
  { live, effect }: ReturnType<typeof policyEffect>,
  credential: Credential,
  { next, now }: { readonly next: TokenPolicy; readonly now: number },
): void {
  if (live) counts.live++;
  if (live && effect?.kind !== "stops" && next.networks !== null && credential.lastUsedIp === null)
    counts.networkUnknown++;
  if (effect?.kind === "stops") {
    counts.stop++;
    if (credential.lastUsedAt !== null && credential.lastUsedAt > now - DAY_MS) counts.stopInUse++;
  }
  if (effect?.kind === "resumes") counts.resume++;
  if (effect?.kind !== "narrows") return;
  counts.narrow++;
  if (effect.becomesReadOnly) counts.becomeReadOnly++;
}

function noCounts(): EffectCounts {
  return { live: 0, stop: 0, stopInUse: 0, narrow: 0, becomeReadOnly: 0, resume: 0, networkUnknown: 0 };
}

/** Yields all tokens and keys. Other requests are served between two pages. */
async function* allCredentials(reads: Reads, organizationId: OrganizationId): AsyncGenerator<Credential> {
  yield* walk((page) => reads.listUnrevokedTokensOfOrganization(organizationId, page));
  yield* walk((page) => reads.listApiKeys(organizationId, page));
}

async function* walk<T>(read: (page: PageRequest) => Promise<Page<T>>): AsyncGenerator<T> {
  let next: Cursor | null = null;
  do {
    const page: Page<T> = await read({ limit: READ_AT_ONCE, after: next });
    yield* page.items;
    next = page.next;
    await nextTurn();
  } while (next !== null);
}
