// The world of the cases in memory: every credential in the state that sdk/cases/world.json names.
import assert from "node:assert/strict";
import { formatSecret } from "@mintmark/core";
import { createTestVerifier, type TestVerifier } from "../../src/testing.ts";
import { type Secrets, WORLD, type WorldCredential } from "./cases.ts";

const DAY_MS = 86_400_000;

export async function startMemoryWorld(): Promise<{ readonly verifier: TestVerifier; readonly secrets: Secrets }> {
  const verifier = createTestVerifier({ catalogue: WORLD.catalogue, personalTokens: "deny" });
  const secrets: Record<string, { secret: string; id: string }> = {
    foreign: { secret: formatSecret("zz", "pat", new Uint8Array(20).fill(7)).expose(), id: "" },
    unknown: { secret: formatSecret("mm", "pat", new Uint8Array(20).fill(7)).expose(), id: "" },
    management: { secret: formatSecret("mm", "management_key", new Uint8Array(20).fill(7)).expose(), id: "" },
    service: { secret: formatSecret("mm", "service_key", new Uint8Array(20).fill(7)).expose(), id: "" },
  };
  for (const [name, credential] of Object.entries(WORLD.credentials))
    secrets[name] ??= await make(verifier, name, credential);
  return { verifier, secrets };
}

async function make(
  verifier: TestVerifier,
  name: string,
  { kind, role, permissions, state, policy, ageDays = 1 }: WorldCredential,
): Promise<{ secret: string; id: string }> {
  const secret = verifier.createToken({
    type: kind === "token" ? "pat" : "api_key",
    role,
    user: { name },
    organization: { name, personal: state === "in a personal organization" },
    createdAt: new Date(Date.now() - ageDays * DAY_MS),
    ...(permissions === null ? {} : { permissions }),
    ...(state.includes("expired") ? { expiresAt: new Date(Date.now() - 1000) } : {}),
  });
  if (policy !== undefined) verifier.setPolicy(secret, policy);
  const changes: Readonly<Record<string, () => void>> = {
    active: () => {},
    expired: () => {},
    "in a personal organization": () => {},
    revoked: () => verifier.revoke(secret),
    "revoked and expired": () => verifier.revoke(secret),
    "member removed": () => verifier.removeMember(secret),
    "member suspended": () => verifier.suspendMember(secret),
    "member suspended and reinstated": () => {
      verifier.suspendMember(secret);
      verifier.reinstateMember(secret);
    },
    "user suspended": () => verifier.suspendUser(secret),
    "user deleted": () => verifier.deleteUser(secret),
    "organization deleted": () => verifier.deleteOrganization(secret),
    "demoted to viewer": () => verifier.setRole(secret, "viewer"),
  };
  (changes[state] ?? assert.fail(`the world has an unknown state: ${state}`))();
  // From an address that every policy of the world allows. The cases name ids only of credentials that work.
  const verification = await verifier.verify(secret, { ip: "203.0.113.7" });
  return { secret, id: verification.ok ? verification.principal.credential.id : "" };
}
