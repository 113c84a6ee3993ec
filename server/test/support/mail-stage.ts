// An instance that sends emails to a real mail server, and steps of people with these emails.
import { linkIn, type MailServer, startMailServer } from "../../../tests/support/mail-server.ts";
import type { Client, Reply } from "./client.ts";
import { startInstance, type TestInstance, type TestInstanceOptions } from "./instance.ts";
import { type Person, Seed, type SeededOrganization } from "./seed.ts";

export interface MailStage {
  readonly instance: TestInstance;
  readonly mail: MailServer;
  readonly seed: Seed;
  /** The token of the one link to this page in the `nth` email (from 0) to the address. */
  tokenTo(address: string, page: LinkPage, nth?: number): Promise<string>;
  /** Ends the instance, which sends its last emails, and then the mail server. */
  close(): Promise<void>;
}

export type LinkPage = "/invitation" | "/verify-email" | "/reset-password";

export async function startMailStage({ env = {}, ...options }: TestInstanceOptions = {}): Promise<MailStage> {
  const mail = await startMailServer();
  const instance = await startInstance({
    ...options,
    env: { MINTMARK_SMTP_URL: mail.url, MINTMARK_MAIL_FROM: "Mintmark <tokens@example.com>", ...env },
  });
  return {
    instance,
    mail,
    seed: new Seed(instance),
    tokenTo: async (address, page, nth = 0) => {
      const prefix = `${instance.url}${page}#token=`;
      return linkIn(await mail.letterTo(address, nth), prefix).slice(prefix.length);
    },
    close: async () => {
      await instance.close();
      await mail.close();
    },
  };
}

/** Proves the person's address as a mailed link would. */
export function prove({ instance }: Pick<MailStage, "instance">, person: Pick<Person, "id">): Promise<void> {
  return instance.deps.store.transaction((tx) => tx.verifyUserEmail(person.id, instance.deps.clock()));
}

/** An organization with its owner, signed in. */
export async function ownedOrganization({
  seed,
}: MailStage): Promise<{ owner: Person; organization: SeededOrganization; session: Client; path: string }> {
  const owner = await seed.person();
  const organization = await seed.organization(owner);
  const path = `/api/organizations/${organization.id}`;
  return { owner, organization, session: await seed.session(owner, organization), path };
}

export const tokenOf = (reply: Reply): string => new URL(reply.body.url as string).hash.slice("#token=".length);
