// Sets all members of an organization at once.
// Rule: members who are not in the list are removed first. A list that would remove more than allowed is refused before
// anything changes: it is more often a fault of the program that wrote it than a wish. Members whom the host does not know
// stay. Each member is a separate change, so sending the list again does what a crash left undone.
import { type BoundName, boundDetail, type UserId } from "@mintmark/core";
import { nextTurn } from "../../bounded.ts";
import type { DirectoryMember, OrganizationRecord, TokenRecord } from "../../store/store.ts";
import { requireKnownRole, requireLiveManagementKey } from "../authority.ts";
import { affectedTokens } from "../member/offboarding.ts";
import { type ManagementActor, type Receipt, Refusal } from "../use-case.ts";
import { applyChanges } from "./apply.ts";
import {
  type Applied,
  type DirectoryDeps,
  externalIdUnknown,
  type MemberChange,
  type MemberFacts,
  membersKey,
  SeenVersions,
} from "./change.ts";

interface StatedMember extends MemberFacts {
  /** The user's external id. */
  readonly user: string;
}

export interface MembersInput {
  readonly organization: string;
  readonly members: readonly StatedMember[];
  readonly version: number | null;
  /** Only return what would happen. */
  readonly dryRun: boolean;
  /** `null`: a tenth of the members, at least three. */
  readonly maxRemovals: number | null;
}

export interface MembersSet {
  readonly organization: OrganizationRecord;
  readonly stale: boolean;
  readonly added: number;
  readonly updated: number;
  readonly removed: number;
  readonly unchanged: number;
  /** The tokens that the removals end, up to a bound, and their number. */
  readonly tokens: EndedTokens;
  /** The changes that were refused, each by its reason. */
  readonly refused: readonly { readonly user: string; readonly refusal: Refusal }[];
  /** Of the last change that was made; `null` where nothing changed. */
  readonly receipt: Receipt | null;
}

interface EndedTokens {
  readonly count: number;
  readonly items: readonly (TokenRecord & { readonly userExternalId: string })[];
}

/** Sets the members, or returns what would happen. When it returns, the tokens of removed members are refused. */
export async function setMembers(
  deps: DirectoryDeps,
  actor: ManagementActor,
  input: MembersInput,
): Promise<MembersSet> {
  const { source } = actor.key;
  const organization = await deps.store.reads.findOrganizationByExternalId({ source, id: input.organization });
  if (organization === null) throw externalIdUnknown("organization", input.organization);
  await requireKnown(deps, source, input);
  const present = await presentMembers(deps, source, organization);
  const late = { ...NOTHING, organization, stale: true, unchanged: present.size, tokens: { count: 0, items: [] } };
  if (await isLate(deps, source, input)) return late;
  const stated = new Set(input.members.map(({ user }) => user));
  const candidates = [...present.values()].filter(({ externalId }) => !stated.has(externalId));
  const removals = await withoutNewer(deps, source, input, candidates);
  const tokens = await tokensOf(deps, removals);
  const most = input.maxRemovals ?? Math.max(FEWEST, Math.floor(present.size / 10));
  if (removals.length > most && !input.dryRun) throw removalsExceeded(removals.length, most, tokens);
  if (input.dryRun) return foreseen(organization, input, present, { removals, tokens });
  if (!(await beginList(deps, actor, organization, input))) return late;
  const change = (user: string, facts: MemberFacts | null): MemberChange => ({
    kind: "member",
    organization: input.organization,
    user,
    facts,
    version: input.version,
  });
  const changes = [
    ...removals.map(({ externalId }) => change(externalId, null)),
    ...input.members.map(({ user, ...facts }) => change(user, facts)),
  ];
  const results = await applyChanges(deps, actor, changes);
  return { organization, stale: false, tokens, ...summary(changes, results, present) };
}

/** The least number of removals that is always allowed. */
const FEWEST = 3;

const NOTHING = { added: 0, updated: 0, removed: 0, unchanged: 0, refused: [], receipt: null } as const;

/** Refuses the whole list because of one entry that can never be a member, before anything changes. */
async function requireKnown(deps: DirectoryDeps, source: string, { members }: MembersInput): Promise<void> {
  const seen = new Set<string>();
  for (const { user, role } of members) {
    if (seen.has(user)) {
      throw new Refusal("field_invalid", `The list names the user "${user}" twice. Name each once.`, {
        errors: [{ field: "members", message: "A user is named twice." }],
      });
    }
    seen.add(user);
    requireKnownRole(deps.catalogue, role);
  }
  const bound: BoundName = "membersOfOrganization";
  const most = deps.settings.bounds[bound];
  if (members.length > most) throw new Refusal("limit_reached", boundDetail(bound, most));
  const users = [...seen];
  for (let start = 0; start < users.length; start += READ_AT_ONCE) {
    const wanted = users.slice(start, start + READ_AT_ONCE);
    const found = await deps.store.reads.findUsersByExternalIds(source, wanted);
    const known = new Set(found.map(({ externalId }) => externalId));
    const unknown = wanted.find((user) => !known.has(user));
    if (unknown !== undefined) throw externalIdUnknown("user", unknown);
    await nextTurn();
  }
}

const READ_AT_ONCE = 500;

/** The members whom the source knows, by their external id. */
async function presentMembers(
  deps: DirectoryDeps,
  source: string,
  { id }: OrganizationRecord,
): Promise<ReadonlyMap<string, DirectoryMember>> {
  const present = new Map<string, DirectoryMember>();
  let after: UserId | null = null;
  do {
    const members: readonly DirectoryMember[] = await deps.store.reads.listDirectoryMembers(source, id, {
      limit: READ_AT_ONCE,
      after,
    });
    for (const member of members) present.set(member.externalId, member);
    after = members.length < READ_AT_ONCE ? null : (members.at(-1)?.userId ?? null);
    await nextTurn();
  } while (after !== null);
  return present;
}

/** Leaves out the members of whom the host has sent something newer than the list. */
async function withoutNewer(
  deps: DirectoryDeps,
  source: string,
  { organization, version }: MembersInput,
  members: readonly DirectoryMember[],
): Promise<readonly DirectoryMember[]> {
  if (version === null) return members;
  const kept: DirectoryMember[] = [];
  for (let start = 0; start < members.length; start += READ_AT_ONCE) {
    const some = members.slice(start, start + READ_AT_ONCE);
    const keyOf = ({ externalId }: DirectoryMember) =>
      ({ kind: "member", externalId: organization, memberExternalId: externalId }) as const;
    const seen = new SeenVersions(await deps.store.reads.findDirectoryVersions(source, some.map(keyOf)));
    kept.push(...some.filter((member) => (seen.get(keyOf(member))?.version ?? version) <= version));
  }
  return kept;
}

/** How many tokens are named. The others are only counted. */
const TOKENS_NAMED = 1_000;

async function tokensOf(deps: DirectoryDeps, removals: readonly DirectoryMember[]): Promise<EndedTokens> {
  const items: (TokenRecord & { readonly userExternalId: string })[] = [];
  let count = 0;
  const at = deps.clock();
  for (const { id, externalId } of removals) {
    const limit = Math.max(1, TOKENS_NAMED - items.length);
    const found = await affectedTokens(deps.store.reads, id, { paused: false, at, limit });
    count += found.count;
    for (const token of found.items)
      if (items.length < TOKENS_NAMED) items.push({ ...token, userExternalId: externalId });
  }
  return { count, items };
}

function removalsExceeded(count: number, most: number, tokens: EndedTokens): Refusal {
  const members = `${count} members would be removed, and ${most} are allowed`;
  return new Refusal(
    "removals_exceeded",
    `Nothing was changed: ${members}. ${tokens.count} tokens would end, of which the response lists the first. If that is right, repeat the request with maxRemovals: ${count}.`,
    {
      tokens: tokens.items.slice(0, TOKENS_REFUSED).map(({ id, name, prefix, userExternalId }) => ({
        id,
        name,
        prefix,
        userExternalId,
      })),
    },
  );
}

/** How many tokens a refusal lists. */
const TOKENS_REFUSED = 200;

function foreseen(
  organization: OrganizationRecord,
  { members }: MembersInput,
  present: ReadonlyMap<string, DirectoryMember>,
  { removals, tokens }: { readonly removals: readonly DirectoryMember[]; readonly tokens: EndedTokens },
): MembersSet {
  let [added, updated] = [0, 0];
  for (const { user, role, suspended } of members) {
    const known = present.get(user);
    if (known === undefined) added++;
    else if (known.role !== role || (known.hostSuspendedAt !== null) !== suspended) updated++;
  }
  const unchanged = members.length - added - updated;
  return { ...NOTHING, organization, stale: false, added, updated, removed: removals.length, unchanged, tokens };
}

/** Whether a newer list was seen. Then nothing is counted, because nothing would happen. `beginList` decides under its lock. */
async function isLate(deps: DirectoryDeps, source: string, { organization, version }: MembersInput): Promise<boolean> {
  if (version === null) return false;
  const [seen] = await deps.store.reads.findDirectoryVersions(source, [membersKey(organization)]);
  return seen !== undefined && version < seen.version;
}

/** Stores the version of the list, so that older changes come too late from now on. Returns whether it is not too late. */
function beginList(
  deps: DirectoryDeps,
  actor: ManagementActor,
  { id }: OrganizationRecord,
  { organization, version }: MembersInput,
): Promise<boolean> {
  if (version === null) return Promise.resolve(true);
  const { source } = actor.key;
  return deps.store.transaction(async (tx) => {
    await tx.lockOrganization(id, "exclusive");
    await requireLiveManagementKey(deps, tx, actor);
    const at = deps.clock();
    const key = membersKey(organization);
    const [seen] = await tx.lockDirectoryVersions(source, [key], at);
    if (seen !== undefined && version < seen.version) return false;
    await tx.saveDirectoryVersions(source, [{ ...key, version, deletedVersion: null }], at);
    return true;
  });
}

function summary(
  changes: readonly MemberChange[],
  results: readonly (Applied | Refusal)[],
  present: ReadonlyMap<string, DirectoryMember>,
): Pick<MembersSet, "added" | "updated" | "removed" | "unchanged" | "refused" | "receipt"> {
  let [added, updated, removed, unchanged] = [0, 0, 0, 0];
  let receipt: Receipt | null = null;
  const refused: { readonly user: string; readonly refusal: Refusal }[] = [];
  for (const [index, result] of results.entries()) {
    const { user, facts } = changes[index] as MemberChange;
    if (result instanceof Refusal) refused.push({ user, refusal: result });
    else if (!result.changed) unchanged++;
    else if (facts === null) removed++;
    else if (present.has(user)) updated++;
    else added++;
    if (!(result instanceof Refusal)) receipt = result.receipt ?? receipt;
  }
  return { added, updated, removed, unchanged, refused, receipt };
}
