// Shows what a change of the token policy would break before anyone saves it.
// Rule: core evaluates every credential under both policies with the code that verification uses, so the preview agrees
// with the effect. Nothing is stored. Credentials are read page by page, so memory use does not grow with their number.
import { type OrganizationId, policyEffect, type PolicyEffect, type TokenPolicy } from "@mintmark/core";
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
  /** Tokens newest first, then keys. */
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
  const isFirst = page.after === null;
  const counts = { tokens: noCounts(), apiKeys: noCounts() };
  const found: AffectedCredential[] = [];
  for await (const credential of credentialsBeyond(deps.store.reads, organizationId, page.after)) {
    const evaluated = effectOn(deps, credential, next);
    count(credential.kind === "pat" ? counts.tokens : counts.apiKeys, evaluated, credential, next);
    const { effect } = evaluated;
    const isListed = credential.kind === "api_key" || tokensListed;
    if (isListed && effect !== null && effect.kind !== "resumes" && found.length <= page.limit)
      found.push({ credential, effect });
    // The first page counts every credential. Later pages stop when they have their items.
    if (!isFirst && found.length > page.limit) break;
  }
  const items = found.slice(0, page.limit);
  const last = items.at(-1)?.credential;
  const hasMore = found.length > page.limit && last !== undefined;
  const affected = { items, next: hasMore ? { at: last.createdAt, id: last.id } : null };
  return { counts: isFirst ? counts : null, tokensListed, affected };
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
  next: TokenPolicy,
): void {
  if (live) counts.live++;
  if (live && effect?.kind !== "stops" && next.networks !== null && credential.lastUsedIp === null)
    counts.networkUnknown++;
  if (effect?.kind === "stops") counts.stop++;
  if (effect?.kind === "resumes") counts.resume++;
  if (effect?.kind !== "narrows") return;
  counts.narrow++;
  if (effect.becomesReadOnly) counts.becomeReadOnly++;
}

function noCounts(): EffectCounts {
  return { live: 0, stop: 0, narrow: 0, becomeReadOnly: 0, resume: 0, networkUnknown: 0 };
}

/** Yields tokens, newest first, then keys. Other requests are served between two pages. */
async function* credentialsBeyond(
  reads: Reads,
  organizationId: OrganizationId,
  after: Cursor | null,
): AsyncGenerator<Credential> {
  const isAmongKeys = after?.id.startsWith("key_") === true;
  if (!isAmongKeys) yield* walk(after, (page) => reads.listUnrevokedTokensOfOrganization(organizationId, page));
  yield* walk(isAmongKeys ? after : null, (page) => reads.listApiKeys(organizationId, page));
}

async function* walk<T>(after: Cursor | null, read: (page: PageRequest) => Promise<Page<T>>): AsyncGenerator<T> {
  let next: Cursor | null = after;
  do {
    const page: Page<T> = await read({ limit: READ_AT_ONCE, after: next });
    yield* page.items;
    next = page.next;
    await nextTurn();
  } while (next !== null);
}
