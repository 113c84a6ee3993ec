// The world of the cases on a real instance: every credential in the state that sdk/cases/world.json names.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ApiKeyId, formatSecret, type TokenId } from "@mintmark/core";
import { startInstance, type TestInstance } from "../../../server/test/support/instance.ts";
import { type Person, Seed, type SeededOrganization } from "../../../server/test/support/seed.ts";
import type { Revocation } from "../../../server/src/store/store.ts";
import { type Secrets, WORLD, type WorldCredential } from "./cases.ts";

export interface RealWorld {
  readonly instance: TestInstance;
  readonly serviceKey: string;
  readonly secrets: Secrets;
  close(): Promise<void>;
}

const DAY_MS = 86_400_000;
const SYSTEM = { kind: "system", id: "test", name: "test" } as const;

export async function startRealWorld(): Promise<RealWorld> {
  const folder = mkdtempSync(join(tmpdir(), "mintmark-sdk-"));
  const catalogue = join(folder, "catalogue.json");
  writeFileSync(catalogue, JSON.stringify(WORLD.catalogue));
  const instance = await startInstance({
    env: { MINTMARK_CATALOGUE: catalogue, MINTMARK_PERSONAL_TOKENS: "deny" },
  });
  const seed = new Seed(instance);
  const owner = await seed.person("Ada");
  const service = await seed.service(owner);
  const secrets: Record<string, { secret: string; id: string }> = {
    foreign: { secret: formatSecret("zz", "pat", new Uint8Array(20).fill(7)).expose(), id: "" },
    unknown: { secret: formatSecret("mm", "pat", new Uint8Array(20).fill(7)).expose(), id: "" },
    service,
    management: await seed.managementKey(),
  };
  for (const [name, credential] of Object.entries(WORLD.credentials))
    secrets[name] ??= await make(seed, owner, credential);
  return {
    instance,
    serviceKey: service.secret,
    secrets,
    close: async () => {
      await instance.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Each credential has its own person and organization, so that no state touches another. */
async function make(seed: Seed, owner: Person, made: WorldCredential): Promise<{ secret: string; id: string }> {
  const { store, clock } = seed.instance.deps;
  const now = clock();
  const organization = await seed.organization(owner);
  const person = await seed.person();
  if (made.state === "in a personal organization") return seed.token(person, person.personal);
  const membershipId = await seed.member(organization, person, made.role);
  const { policy } = (await store.reads.findOrganization(organization.id)) ?? assert.fail();
  await store.transaction((tx) => tx.setPolicy(organization.id, { ...policy, ...made.policy }));
  const times = {
    createdAt: now - (made.ageDays ?? 1) * DAY_MS,
    expiresAt: made.state.includes("expired") ? now - 1000 : null,
  };
  const { permissions, role } = made;
  const credential =
    made.kind === "token"
      ? await seed.token(person, organization, { permissions, ...times })
      : await seed.apiKey(organization, owner, { permissions, role, expiresAt: times.expiresAt });
  await bring(seed, made, { credential, organization, person, membershipId, owner });
  return credential;
}

interface Made {
  readonly credential: { readonly id: string };
  readonly organization: SeededOrganization;
  readonly person: Person;
  readonly membershipId: Parameters<TestStoreVerbs["suspendMembership"]>[0];
  readonly owner: Person;
}

type TestStoreVerbs = Parameters<Parameters<TestInstance["deps"]["store"]["transaction"]>[0]>[0];

/** Brings what was made into the state that the world names. */
async function bring(seed: Seed, { kind, state }: WorldCredential, made: Made): Promise<void> {
  const { store, clock } = seed.instance.deps;
  const now = clock();
  const { credential, organization, person, membershipId, owner } = made;
  const revocation: Revocation = { at: now, by: SYSTEM, reason: "self" };
  const changes: Readonly<Record<string, (tx: TestStoreVerbs) => Promise<unknown>>> = {
    active: async () => {},
    expired: async () => {},
    revoked: (tx) =>
      kind === "token"
        ? tx.revokeToken(credential.id as TokenId, revocation)
        : tx.revokeApiKey(credential.id as ApiKeyId, revocation),
    "revoked and expired": (tx) => tx.revokeToken(credential.id as TokenId, revocation),
    "member removed": (tx) => tx.endMembership(membershipId, now, owner.id),
    "member suspended": (tx) => tx.suspendMembership(membershipId, now, owner.id),
    "member suspended and reinstated": async (tx) => {
      await tx.suspendMembership(membershipId, now, owner.id);
      await tx.reinstateMembership(membershipId);
    },
    "user suspended": (tx) => tx.suspendUser(person.id, now, owner.id),
    "user deleted": (tx) => tx.deleteUser(person.id, now),
    "organization deleted": (tx) => tx.deleteOrganization(organization.id, now, owner.id),
    "demoted to viewer": (tx) => tx.setMemberRole(membershipId, "viewer"),
  };
  await store.transaction(async (tx) => {
    await (changes[state] ?? assert.fail(`the world has an unknown state: ${state}`))(tx);
  });
}
