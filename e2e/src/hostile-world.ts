// A world in which everything that people can name is called as if it were code, and as if it were written from right
// to left. The names are put into the store directly, past the checks of the API: a page must not rely on them.
import { newId } from "../../server/src/secrets/generate.ts";
import type { TestInstance } from "../../server/test/support/instance.ts";
import type { Person, Seed, SeededOrganization } from "../../server/test/support/seed.ts";
import { PASSWORD, type Stage } from "./stage.ts";

const DAY_MS = 86_400_000;
const MARKUP = '<img src=x onerror="window.struck=true">';
const RIGHT_TO_LEFT_OVERRIDE = "\u202e";

/** A hostile name with a word of ours in it, one word of it as long as a name may be. */
function hostile(what: string): string {
  return `${RIGHT_TO_LEFT_OVERRIDE}${what} ${MARKUP} שלום ${"W".repeat(60)}`;
}

/** Matches one such name, with or without what overrides its direction, and the one letter that stands for a person. */
export const HOSTILE_NAME: RegExp = /\u202e?[a-z ]+ <img src=x onerror="window.struck=true"> שלום W{60}|\u202e/u;

export interface HostileWorld {
  /** Owner of the organization and admin of the instance. */
  readonly owner: Person;
  readonly organization: SeededOrganization;
  /** May read little there. */
  readonly viewer: Person;
  readonly tokenId: string;
  readonly keyId: string;
  readonly membershipId: string;
  /** The event of someone's removal, of which there is a receipt. */
  readonly receiptId: string;
  readonly webhookId: string;
}

export async function hostileWorld({ instance, seed, person }: Stage): Promise<HostileWorld> {
  const owner = await person(hostile("owner"), { instanceAdmin: true });
  const organization = await seed.organization(owner, hostile("organization"));
  await seed.organization(owner, hostile("other organization"));
  const viewer = await person(hostile("viewer"));
  await seed.member(organization, viewer, "viewer");
  const membershipId = await seed.member(organization, await person(hostile("member")), "member");
  const { tokenId, keyId } = await credentials({ instance, seed }, { owner, organization });
  await seed.service(owner);
  await seed.managementKey({ name: hostile("management key"), networks: ["2001:db8::/32", "203.0.113.0/24"] });
  const browser = instance.client().with({ "User-Agent": MARKUP, "Sec-Fetch-Site": "same-origin" });
  await browser.post("/api/sign-in", { email: owner.email, password: PASSWORD });
  const receiptId = await deeds({ seed, person }, { owner, organization, membershipId });
  const webhookId = await webhookOf(instance, owner);
  return { owner, organization, viewer, tokenId, keyId, membershipId, receiptId, webhookId };
}

/** A webhook with two deliveries: one that arrived, and one that is tried again. */
async function webhookOf({ deps }: TestInstance, createdBy: Person): Promise<string> {
  const id = newId("webhook");
  const createdAt = deps.clock();
  const url = `https://${"w".repeat(60)}.example/${"W".repeat(200)}`;
  // Nothing is sent: it gets only an event that does not happen here, and its delivery is due tomorrow.
  const content = { url, description: hostile("webhook"), eventTypes: ["instance.restored"] };
  await deps.store.transaction(async (tx) => {
    await tx.insertWebhook({ ...content, id, createdAt, createdBy, secret: new Uint8Array(32) });
    for (const next of ["delivered", createdAt + DAY_MS] as const) {
      const delivery = newId("webhookDelivery");
      const about = { webhookId: id, eventId: newId("auditEvent"), type: "pat.revoked", at: createdAt } as const;
      await tx.insertDeliveries([{ ...about, id: delivery, giveUpAt: createdAt + 3 * DAY_MS }]);
      const error = next === "delivered" ? null : "The response had the status 500.";
      const attempt = { at: createdAt, responseStatus: next === "delivered" ? 204 : 500, latencyMs: 87, error, next };
      await tx.recordAttempt({ id: delivery, attempts: 0 }, attempt);
    }
  });
  return id;
}

interface Owned {
  readonly owner: Person;
  readonly organization: SeededOrganization;
}

/** Creates tokens and keys in every state, and returns a used, active one of each. */
async function credentials(
  { instance, seed }: { readonly instance: TestInstance; readonly seed: Seed },
  { owner, organization }: Owned,
): Promise<Pick<HostileWorld, "tokenId" | "keyId">> {
  const now = instance.deps.clock();
  const used = await seed.token(owner, organization, { name: hostile("used"), expiresAt: now + 20 * DAY_MS });
  await used.client.with({ "User-Agent": MARKUP }).get("/api/whoami");
  await seed.token(owner, organization, { name: hostile("ending"), expiresAt: now + 2 * DAY_MS });
  await seed.token(owner, organization, {
    name: hostile("expired"),
    createdAt: now - 9 * DAY_MS,
    expiresAt: now - DAY_MS,
  });
  const revoked = await seed.token(owner, organization, { name: hostile("revoked"), createdAt: now - 90 * DAY_MS });
  await revoked.client.delete(`/api/personal-access-tokens/${revoked.id}`);
  const key = await seed.apiKey(organization, owner, { name: hostile("key"), role: "viewer" });
  await key.client.with({ "User-Agent": MARKUP }).get("/api/whoami");
  return { tokenId: used.id, keyId: key.id };
}

/** Does operations that put hostile names into the log and the notices, and returns the event of a removal. */
async function deeds(
  { seed, person }: Pick<Stage, "seed" | "person">,
  { owner, organization, membershipId }: Owned & { readonly membershipId: string },
): Promise<string> {
  const session = await seed.session(owner, organization);
  const path = `/api/organizations/${organization.id}`;
  await session.post(`${path}/invitations`, { email: `${"w".repeat(60)}@example.com`, role: "member" });
  await session.post(`${path}/members/${membershipId}/suspend`);
  await session.patch(`${path}/members/${membershipId}`, { role: "viewer" });
  const gone = await person(hostile("gone"));
  const goneMembershipId = await seed.member(organization, gone, "member");
  await seed.token(gone, organization, { name: hostile("dead") });
  await session.delete(`${path}/members/${goneMembershipId}`);
  const { body } = await session.get(`${path}/audit-events?action=member.removed`);
  return body.items[0].id;
}
