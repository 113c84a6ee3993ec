// Applies changes of the directory: one, or many in order.
// Rule: each change has its result, and a refused one does not stop the next. Changes that only add are made together, up to
// a bound; every other change is a transaction. So a batch that breaks off is half done, and sending it again does the rest.
import { DAY_MS } from "@mintmark/core";
import { inSteps, nextTurn } from "../../bounded.ts";
import { Conflict } from "../../store/store.ts";
import { type Deps, type ManagementActor, Refusal } from "../use-case.ts";
import { addFirst, CHANGES_AT_ONCE } from "./add.ts";
import { type Applied, type DirectoryChange, type DirectoryDeps } from "./change.ts";
import { changeMember } from "./member.ts";
import { changeOrganization } from "./organization.ts";
import { changeUser } from "./user.ts";

/** How often a change begins again that met another change of the same thing. */
const ATTEMPTS = 5;

/** Applies one change. When it returns, the change is in force everywhere. */
export async function applyChange(
  deps: DirectoryDeps,
  actor: ManagementActor,
  change: DirectoryChange,
): Promise<Applied> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const done = await attemptChange(deps, actor, change);
    if (done instanceof Refusal) throw done;
    if (done !== null) return done;
  }
  throw new Error(`a change of the ${change.kind} kept meeting others of it`);
}

async function attemptChange(
  deps: DirectoryDeps,
  actor: ManagementActor,
  change: DirectoryChange,
): Promise<Applied | Refusal | null> {
  try {
    const [added] = await addFirst(deps, actor, [change]);
    return added ?? (await changePresent(deps, actor, change));
  } catch (error) {
    // Another transaction added the same thing, or took the address.
    if (error instanceof Conflict) return null;
    throw error;
  }
}

function changePresent(deps: DirectoryDeps, actor: ManagementActor, change: DirectoryChange): Promise<Applied | null> {
  switch (change.kind) {
    case "user":
      return changeUser(deps, actor, change);
    case "organization":
      return changeOrganization(deps, actor, change);
    case "member":
      return changeMember(deps, actor, change);
  }
}

/** Applies the changes in order, and returns the result or the refusal of each. */
export async function applyChanges(
  deps: DirectoryDeps,
  actor: ManagementActor,
  changes: readonly DirectoryChange[],
): Promise<readonly (Applied | Refusal)[]> {
  const results: (Applied | Refusal)[] = [];
  let together = CHANGES_AT_ONCE;
  while (results.length < changes.length) {
    const next = changes.slice(results.length, results.length + together);
    const added = await addFirst(deps, actor, next).catch(noneOnConflict);
    results.push(...added);
    const rest = next[added.length];
    if (rest !== undefined) results.push(await applyChange(deps, actor, rest).catch(refusalOf));
    // A run of changes that cannot be made together is not read again and again.
    together = rest === undefined ? Math.min(CHANGES_AT_ONCE, together * 2) : Math.max(1, added.length * 2);
    await nextTurn();
  }
  return results;
}

function noneOnConflict(error: unknown): readonly [] {
  if (error instanceof Conflict) return [];
  throw error;
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  throw error;
}

/**
 * How long the version of something that is gone is kept. A change that arrives even later counts as new. Those of what
 * is there are kept.
 */
const VERSIONS_KEPT_MS = 30 * DAY_MS;
const PRUNED_AT_ONCE = 500;

/** Forgets the versions of what is gone, in small steps, until nothing is left to do. */
export function pruneVersions(deps: Pick<Deps, "store" | "clock">, signal: AbortSignal): Promise<void> {
  return inSteps(async () => {
    const now = deps.clock();
    const pruning = { before: now - VERSIONS_KEPT_MS, now, limit: PRUNED_AT_ONCE };
    return (await deps.store.transaction((tx) => tx.pruneDirectoryVersions(pruning))) === PRUNED_AT_ONCE;
  }, signal);
}
