// Requests the first page and a middle page of every list in the API, over HTTP.
import { hash, randomBytes } from "node:crypto";
import { newId } from "../../../server/src/secrets/generate.ts";
import { createManagementKeyOnHost } from "../../../server/src/use-cases/admin/management-key.ts";
import type { Instance } from "../../../server/src/instance.ts";
import { type ListRequest, listRequests } from "../../../server/test/support/list-requests.ts";
import { A_TOKEN, EXTERNAL_ID, ORGANIZATION, OWNER, OWNERS_MEMBERSHIP, YEAR_MS } from "./rows.ts";

export interface ListFigure {
  readonly operation: string;
  readonly filter: string;
  readonly page: "first" | "middle";
  readonly items: number;
  readonly medianMs: number;
  readonly slowestMs: number;
}

/** Measures all of them as the owner of the large organization, who is an instance admin as well, and as the host. */
export async function measureLists(
  { deps }: Pick<Instance, "deps">,
  url: string,
  now: number,
  rounds: number,
): Promise<readonly ListFigure[]> {
  const cookie = randomBytes(32).toString("hex");
  await deps.store.transaction((tx) =>
    tx.insertSession({
      id: newId("session"),
      hash: hash("sha256", cookie, "buffer"),
      userId: OWNER as never,
      organizationId: ORGANIZATION as never,
      createdAt: now,
      authenticatedAt: now,
      expiresAt: now + YEAR_MS,
      ip: null,
      userAgent: null,
    }),
  );
  const { secret: key } = await createManagementKeyOnHost(deps, { name: "bench" });
  const asOwner = { Cookie: `mintmark_session=${cookie}` };
  const asHost = { Authorization: `Bearer ${key.expose()}` };
  const figures: ListFigure[] = [];
  for (const request of requests(now)) {
    const headers = request.isByHost ? asHost : asOwner;
    for (const page of ["first", "middle"] as const)
      figures.push(await measure(url, headers, request, page === "first" ? null : middleOf(now), rounds));
  }
  return figures;
}

/** With a text that every item contains, and with one that no item contains. */
function requests(now: number): readonly ListRequest[] {
  const world = {
    organization: ORGANIZATION,
    externalId: EXTERNAL_ID,
    user: OWNER,
    membership: OWNERS_MEMBERSHIP,
    token: A_TOKEN,
    from: new Date(now - (YEAR_MS * 3) / 4).toISOString(),
    to: new Date(now - YEAR_MS / 4).toISOString(),
  };
  const common = listRequests({ ...world, query: "7" });
  const rare = listRequests({ ...world, query: "nothing at all" }).filter(({ filter }) => filter.startsWith("query="));
  const renamed = common
    .filter(({ filter }) => filter === "action=pat.used")
    .map((request) => ({
      ...request,
      filter: "action=organization.renamed",
      path: request.path.replace("pat.used", "organization.renamed"),
    }));
  return [...common, ...rare, ...renamed];
}

/** A cursor at the instant in the middle of everything. */
function middleOf(now: number): string {
  return Buffer.from(`${now - YEAR_MS / 2}.zzz_${"f".repeat(32)}`, "latin1").toString("base64url");
}

async function measure(
  url: string,
  headers: Readonly<Record<string, string>>,
  { operationId, path, filter }: ListRequest,
  cursor: string | null,
  rounds: number,
): Promise<ListFigure> {
  const query = cursor === null ? "" : `${path.includes("?") ? "&" : "?"}cursor=${cursor}`;
  const times: number[] = [];
  let items = 0;
  for (let round = 0; round < rounds; round++) {
    const began = performance.now();
    const response = await fetch(url + path + query, { headers });
    const body = (await response.json()) as { readonly items?: readonly unknown[] };
    times.push(performance.now() - began);
    if (response.status !== 200) throw new Error(`${path}${query}: ${JSON.stringify(body)}`);
    items = body.items?.length ?? 0;
  }
  const sorted = times.sort((a, b) => a - b);
  return {
    operation: operationId,
    filter,
    page: cursor === null ? "first" : "middle",
    items,
    medianMs: sorted[Math.floor(sorted.length / 2)] as number,
    slowestMs: sorted.at(-1) as number,
  };
}
