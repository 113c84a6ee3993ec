// Accounts: creating them, for signing up and for setting up an instance, and their audit log.
// Rule: an account and its personal organization are created in one transaction and deleted in one. Where the host manages
// the directory, none is created. An address counts as unverified until its owner opens a link that was mailed to it
// (email-link.ts).
import { newId } from "../../secrets/generate.ts";
import {
  type ListedAuditEvent,
  type AuditFilter,
  Conflict,
  type OrganizationRecord,
  type Page,
  type PageRequest,
  type Transaction,
  type UserRecord,
} from "../../store/store.ts";
import { type Deps, eventOf, Refusal, type RequestOrigin, type SessionActor } from "../use-case.ts";
import { activeOrganization } from "../authority.ts";
import { requireEmail, requireName, requirePassword } from "../input.ts";
import { addOrganization } from "../organization.ts";

/**
 * The name of every personal organization. Not the person's name: a copy would be outdated after a rename, and would
 * outlive the account in the organization's tombstone.
 */
const PERSONAL_ORGANIZATION_NAME = "Personal";

export interface AccountInput {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

/** Returns the name, email and password to store and hash, or refuses with the name of the field. */
export function requireAccountInput(input: AccountInput): AccountInput {
  const name = requireName(input.name);
  const email = requireEmail(input.email);
  return { name, email, password: requirePassword(input.password, [name, email]) };
}

export interface NewAccount {
  readonly name: string;
  readonly email: string;
  readonly passwordHash: string;
  readonly instanceAdmin: boolean;
  readonly origin: RequestOrigin;
  readonly at: number;
}

export interface OpenedAccount {
  readonly user: UserRecord;
  /** `null` where the host manages the directory. */
  readonly personal: OrganizationRecord | null;
}

/**
 * Inserts a user, their personal organization and the audit events, in the caller's transaction. Every account is
 * created here. Throws `Conflict("user_email")` when the address already has an account.
 */
export async function openAccount(
  { settings }: Pick<Deps, "settings">,
  tx: Transaction,
  account: NewAccount,
): Promise<OpenedAccount> {
  const { name, email, passwordHash, origin, at } = account;
  const id = newId("user");
  await tx.insertUser({
    id,
    name,
    email,
    passwordHash,
    createdAt: at,
    instanceAdminAt: account.instanceAdmin ? at : null,
  });
  const by = { actor: { kind: "user", id, name }, via: null, origin } as const;
  await tx.insertAuditEvents([
    eventOf(by, {
      at,
      organizationId: null,
      action: "user.created",
      target: { kind: "user", id, name },
      details: { email, instanceAdmin: account.instanceAdmin },
    }),
  ]);
  const content = { name: PERSONAL_ORGANIZATION_NAME, owner: { id, name }, personal: true, at };
  const added = settings.directory === "external" ? null : await addOrganization(tx, by, content);
  const user = await tx.findUser(id);
  if (user === null) throw new Error("the account that was just inserted cannot be found");
  return { user, personal: added?.organization ?? null };
}

/** Returns whether the store refused a write because another account has the address. */
export function isEmailTaken(error: unknown): boolean {
  return error instanceof Conflict && error.rule === "user_email";
}

export function emailTaken(advice: string): Refusal {
  return new Refusal("email_taken", `There is already an account with this email address. ${advice}`, {
    errors: [{ field: "email", message: "Another account has this address." }],
  });
}

/**
 * Returns what the caller did and what others did to them, newest first, in every organization. The session of a
 * hand-off sees those of its organization.
 */
export function listAccountEvents(
  deps: Pick<Deps, "store">,
  actor: SessionActor,
  filter: Omit<AuditFilter, "concerning">,
  page: PageRequest,
): Promise<Page<ListedAuditEvent>> {
  const within = actor.session.handOff === null ? filter : { ...filter, organizationId: activeOrganization(actor) };
  return deps.store.reads.listAuditEvents({ ...within, concerning: actor.user.id }, page);
}
