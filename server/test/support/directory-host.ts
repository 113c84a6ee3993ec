// A host with its management key and its own source, so that no test meets the things of another.
import assert from "node:assert/strict";
import type { OrganizationId, UserId } from "@mintmark/core";
import type { Client, Reply } from "./client.ts";
import { uniqueName } from "./instance.ts";
import type { Person, Seed, SeededOrganization } from "./seed.ts";

export type DirectoryHost = Awaited<ReturnType<typeof directoryHost>>;

export async function directoryHost(seed: Seed) {
  const source = uniqueName("h");
  const key = await seed.managementKey({ source });
  const { client } = key;
  const path = (...parts: readonly string[]): string =>
    `/api/manage/${parts.map((part, index) => (index % 2 === 1 ? encodeURIComponent(part) : part)).join("/")}`;
  const put = async (parts: readonly string[], body: object): Promise<Reply> => client.put(path(...parts), body);
  const mail = (id: string): string => `${id.replaceAll(/[^a-z0-9]/gi, "-")}@${source}.example.com`;
  return {
    source,
    key,
    client,
    path,
    mail,
    user: (id: string, more: object = {}): Promise<Reply> =>
      put(["users", id], { name: `User ${id}`, email: mail(id), ...more }),
    organization: (id: string, more: object = {}): Promise<Reply> =>
      put(["organizations", id], { name: `Org ${id}`, ...more }),
    member: (org: string, id: string, more: object = {}): Promise<Reply> =>
      put(["organizations", org, "members", id], { role: "member", ...more }),
    remove: (parts: readonly string[], body?: object): Promise<Reply> => client.delete(path(...parts), body),
  };
}

/** A member of the host's organization with a token. */
export async function memberWithToken(seed: Seed, of: DirectoryHost, org: string, id: string, role = "member") {
  const ids = [await of.organization(org), await of.user(id), await of.member(org, id, { role })];
  for (const reply of ids) assert.equal(reply.status, 200, JSON.stringify(reply.body));
  const person = { id: ids[1]?.body.id as UserId } as Person;
  const where = { id: ids[0]?.body.id as OrganizationId } as SeededOrganization;
  const token = await seed.token(person, where);
  return { person, where, membershipId: ids[2]?.body.id as string, token: token.client, tokenId: token.id };
}

/** The code with which the credential is refused, or `ok`. */
export async function refusalOf(client: Client): Promise<string> {
  return (await client.get("/api/whoami")).body.code ?? "ok";
}
