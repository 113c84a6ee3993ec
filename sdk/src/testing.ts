// A verifier in memory, for the tests of a product: no server, no network, no waiting. It decides by the same functions
// of core as the server, and reads requests and refuses them by the code of the real verifier. The cases of sdk/cases
// give the same verdicts on both.
// Rule: every change is in force when its call returns, as on an instance.
import { evaluate, type Facts, parseSecret, type RevokedReason, type TokenPolicy, type Verdict } from "@mintmark/core";
import { isAddressIn } from "./addresses.ts";
import type { Role } from "./catalogue.ts";
import { createStore, type Held } from "./memory.ts";
import { readPrincipal } from "./principal.ts";
import type { TestPolicy, TestToken, TestVerifierOptions } from "./test-options.ts";
import { type Answer, type Question, type Verifier, verifierOver } from "./verifier.ts";

export type { TestCatalogue, TestPolicy, TestToken, TestVerifierOptions } from "./test-options.ts";

/** A verifier whose tokens a test makes and changes. The token stands for its user, membership and organization. */
export interface TestVerifier extends Verifier {
  /** Makes a token and returns its secret. */
  readonly createToken: (token?: TestToken) => string;
  readonly revoke: (token: string) => void;
  /** Ends the membership of the token's user, as your product does when it removes a member. */
  readonly removeMember: (token: string) => void;
  readonly suspendMember: (token: string) => void;
  readonly reinstateMember: (token: string) => void;
  readonly suspendUser: (token: string) => void;
  readonly reinstateUser: (token: string) => void;
  readonly deleteUser: (token: string) => void;
  readonly deleteOrganization: (token: string) => void;
  readonly setRole: (token: string, role: Role) => void;
  readonly setPolicy: (token: string, policy: TestPolicy) => void;
  /** While `false`, every request is refused with 503, as when the instance cannot be reached. */
  readonly setAvailable: (isAvailable: boolean) => void;
  /** Moves the clock forward. */
  readonly advance: (ms: number) => void;
}

const BRANDS: ReadonlySet<string> = new Set(["mm"]);
const ORIGIN = "https://mintmark.example.com";

/** Creates a verifier in memory. Throws a TypeError for a catalogue or a token that an instance would not accept. */
export function createTestVerifier(options: TestVerifierOptions = {}): TestVerifier {
  const clock = options.now ?? Date.now;
  let offset = 0;
  let isAvailable = true;
  const now = (): number => clock() + offset;
  const store = createStore(options.catalogue, now);
  const ask = async (question: Question): Promise<Answer> =>
    isAvailable
      ? answerOf(store.held, question, { now: now(), allowPersonal: options.personalTokens !== "deny" })
      : { kind: "unavailable", cause: "the test has made the instance unavailable" };
  const change =
    <Rest extends readonly unknown[]>(work: (held: Held, at: number, ...rest: Rest) => void) =>
    (token: string, ...rest: Rest): void => {
      const held = store.held.get(token);
      if (held === undefined) throw new TypeError("createToken() of this verifier has not made this token");
      work(held, now(), ...rest);
    };
  return {
    ...verifierOver(ask, ORIGIN),
    createToken: store.create,
    revoke: change((held, at) => void (held.revokedAt ??= at)),
    removeMember: change((held, at) => void (memberOf(held).endedAt ??= at)),
    suspendMember: change((held, at) => void (memberOf(held).suspendedAt ??= at)),
    reinstateMember: change((held) => void (memberOf(held).suspendedAt = null)),
    suspendUser: change((held, at) => void (userOf(held).suspendedAt ??= at)),
    reinstateUser: change((held) => void (userOf(held).suspendedAt = null)),
    deleteUser: change((held, at) => void (userOf(held).deletedAt ??= at)),
    deleteOrganization: change((held, at) => void (held.organization.deletedAt ??= at)),
    setRole: change((held, _at, role: Role) => {
      if (!held.roles.roles.has(role)) throw new TypeError(`the catalogue has no role ${role}`);
      held.membership.role = role;
    }),
    setPolicy: change((held, _at, policy: TestPolicy) => {
      held.organization.policy = { ...held.organization.policy, ...(policy as Partial<TokenPolicy>) };
    }),
    setAvailable: (value) => void (isAvailable = value),
    advance: (ms) => void (offset += ms),
  };
}

function userOf({ user }: Held): NonNullable<Held["user"]> {
  if (user === null) throw new TypeError("an API key has no user");
  return user;
}

function memberOf(held: Held): Held["membership"] {
  userOf(held);
  return held.membership;
}

/** The verdict on a question, by the rules and in the order of the server. */
function answerOf(
  all: ReadonlyMap<string, Held>,
  { token, permission, ip }: Question,
  { now, allowPersonal }: { readonly now: number; readonly allowPersonal: boolean },
): Answer {
  const parsed = parseSecret(token, BRANDS);
  if (!parsed.ok) return { kind: "inactive", code: parsed.code };
  const held = all.get(token);
  if (held === undefined) return { kind: "inactive", code: "token_unknown" };
  const verdict = evaluate(factsOf(held), {
    catalogue: held.roles,
    now,
    allowPersonal,
    isClientIn: (networks) => isAddressIn(ip ?? null, networks),
  });
  if (!verdict.ok) return { kind: "inactive", code: verdict.code };
  const { permissions } = verdict.principal;
  if (permission !== undefined && !permissions.includes(permission))
    return { kind: "inactive", code: "permission_denied" };
  held.lastUsedAt = now;
  return active(held, verdict.principal);
}

function factsOf({ fixed, organization, user, membership, lastUsedAt, revokedAt }: Held): Facts {
  const revokedReason: RevokedReason | null = revokedAt === null ? null : "self";
  const facts = { ...fixed, organization, lastUsedAt, revokedAt, revokedReason };
  return user === null
    ? ({ ...facts, role: membership.role } as Facts)
    : ({ ...facts, user, membership, isSwept: false } as Facts);
}

/** Through the reader of real responses, so that both give the same object. */
function active({ user, organization }: Held, principal: Extract<Verdict, { ok: true }>["principal"]): Answer {
  const { kind, id, name, prefix, expiresAt, end } = principal.credential;
  const credential = {
    type: kind,
    id,
    name,
    prefix,
    expiresAt: textOf(expiresAt),
    endsAt: textOf(end?.at ?? null),
    endsBecause: end?.because ?? null,
  };
  const read = readPrincipal({
    credential,
    user: principal.user === null ? null : { ...principal.user, externalId: user?.externalId ?? null },
    organization: { ...principal.organization, externalId: organization.externalId },
    role: principal.role,
    permissions: [...principal.permissions],
  });
  return read === null
    ? { kind: "unavailable", cause: "the token of the test is not valid" }
    : { kind: "active", principal: read };
}

function textOf(instant: number | null): string | null {
  return instant === null ? null : new Date(instant).toISOString();
}
