// `mintmark-server password-reset`: prints a link with which a person sets a new password.
import type { Command } from "commander";
import { Failure, type Running } from "@mintmark/terminal";
import { loadServerConfig, requireDatabase, requireMigrated, useStore } from "./instance-store.ts";

export function addPasswordReset(parent: Command, context: Running): void {
  parent
    .command("password-reset <email>")
    .description("print a link with which the person sets a new password, and revoke their previous links")
    .addHelpText(
      "after",
      "\nRun it on the server, with the configuration that the instance runs with. The link works once, for one hour. The\nperson gets a notice that it was made. Give the link to nobody else.\n\nExample:\n  mintmark-server password-reset ada@example.com",
    )
    .action((email: string) => printResetLink(context, email));
}

async function printResetLink({ output }: Running, email: string): Promise<void> {
  const config = await loadServerConfig();
  requireDatabase(config);
  const { createResetLinkOnHost } = await import("../use-cases/admin/password-reset.ts");
  const { withNotices } = await import("../use-cases/notice/from-events.ts");
  await useStore(config, async (database) => {
    await requireMigrated(database);
    const { catalogue, settings } = config;
    // The running instance sends the email of the notice in its next round.
    const nothing = (): void => {};
    const rules = {
      catalogue,
      settings,
      hasMail: config.mail !== null,
      onEmails: nothing,
      onEvents: new Set<() => void>(),
      onFollowUps: nothing,
    };
    const store = withNotices(database, rules);
    const made = await createResetLinkOnHost({ store, settings, clock: store.clock.now }, { email });
    if (made === null) throw new Failure("not_found", `no account has the address ${email}`, "check its spelling");
    const { user, link, expiresAt } = made;
    // The link goes to standard output only.
    const url = `${settings.baseUrl}/reset-password#token=${link.expose()}`;
    output.result({ url, expiresAt: new Date(expiresAt).toISOString(), email: user.email }, () => {
      output.line(`Set a new password for ${user.email} (works once, for one hour):`);
      output.line(`  ${url}`);
    });
  });
}
