// `mintmark members invite`: invites a person. It prints the link of the invitation only where no email was queued.
import type { Command } from "commander";
import { hasTexts, hasTextsOrNull, isInstantOrNull, isObject } from "../api-answers.ts";
import { type HostOptions, withHostOptions } from "../choose-login.ts";
import { connect } from "../connection.ts";
import type { Context } from "../context.ts";
import { day } from "../describe.ts";
import { chosenPath, type OrganizationOptions, withOrganizationOption } from "../organization-path.ts";

interface InviteOptions extends HostOptions, OrganizationOptions {
  readonly role: string;
  /** `false` with --no-mail. */
  readonly mail: boolean;
}

interface Invitation {
  readonly email: string;
  readonly role: string;
  readonly expiresAt: string;
  readonly url: string;
  /** Why no email was queued; `null` when one was. */
  readonly mailProblem: string | null;
}

const NOT_MAILED: Readonly<Record<string, string>> = {
  off: "the instance sends no email",
  too_many: "there were too many emails in an hour",
};

export function addMembersInvite(parent: Command, context: Context): void {
  withOrganizationOption(withHostOptions(parent.command("invite")))
    .description("invite a person to an organization by email; needs invitations:write")
    .argument("<email>", "the person's email address")
    .option("--role <role>", "the role of the new member, never more than yours", "member")
    .option("--no-mail", "send no email, and print the link to pass on")
    .addHelpText(
      "after",
      "\nExamples:\n  mintmark members invite ada@example.com\n  mintmark members invite grace@example.com --role viewer --no-mail",
    )
    .action((email: string, options: InviteOptions) => invite(context, email, options));
}

async function invite(context: Context, email: string, options: InviteOptions): Promise<void> {
  const { output } = context;
  const { client } = await connect(context, options);
  const path = await chosenPath(client, options, "invitations");
  const body = JSON.stringify({ email, role: options.role, ...(options.mail ? {} : { mail: false }) });
  const headers = { "Content-Type": "application/json" };
  const invitation = await client.ask({ method: "POST", path, headers, body }, isInvitation);
  output.result(invitation, () => {
    const { role, expiresAt, url, mailProblem } = invitation;
    output.line(`Invited ${invitation.email} as ${role}, until ${day(expiresAt)}`);
    if (mailProblem === null)
      return output.line("An email with the link is queued; the page of members shows when it is sent");
    const why = NOT_MAILED[mailProblem];
    output.line(
      `No email was sent${why === undefined ? "" : `, because ${why}`}. Pass on this link, which is shown once:`,
    );
    output.line(`  ${url}`);
  });
}

function isInvitation(value: unknown): value is Invitation {
  return (
    isObject(value) &&
    hasTexts(value, ["email", "role", "url", "expiresAt"]) &&
    isInstantOrNull(value["expiresAt"]) &&
    hasTextsOrNull(value, ["mailProblem"])
  );
}
