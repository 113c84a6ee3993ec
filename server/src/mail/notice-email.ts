// The emails of notices.
// Rule: they contain names, times and addresses and no secret, so that their notices may wait in the database. People
// and clients choose names and user agents, so these are in quotes. A subject has the name of the reader's own token at
// most, never a name that another person chose.
import { isMailOptional, type NoticeKind, readableAddress, revocationText } from "@mintmark/core";
import { type Email, organizationPage, plain, quoted } from "./email.ts";

interface Named {
  readonly id?: string;
  readonly name: string;
}

/** The parts of a notice that its email uses. */
export interface NoticeToWrite {
  readonly kind: NoticeKind;
  readonly at: number;
  readonly organization: Named | null;
  readonly token: (Named & { readonly id: string }) | null;
  readonly details: {
    readonly by?: Named & { readonly kind: string };
    readonly expiresAt?: number | null;
    readonly because?: string;
    readonly daysLeft?: number;
    readonly ip?: string | null;
    readonly network?: string;
    readonly userAgent?: string | null;
    readonly reason?: string;
    readonly tokens?: readonly Named[];
    readonly tokenCount?: number;
    readonly stopped?: number;
    readonly narrowed?: number;
    readonly cannotMint?: boolean;
    readonly role?: string;
    readonly domain?: string | null;
    readonly webhook?: { readonly host: string; readonly because: string };
  };
}

interface Addressee {
  readonly to: string;
  /** The instance's origin. */
  readonly baseUrl: string;
}

/** The text of a kind. `path` is the page to open; without it, the page of the token, or of all tokens. */
type Text = Pick<Email, "subject" | "paragraphs"> & {
  readonly label: string;
  readonly path?: string;
  readonly about?: string;
};

const OWN_TOKENS = "your personal access tokens";

export function noticeEmail({ to, baseUrl }: Addressee, notice: NoticeToWrite): Email {
  const { subject, paragraphs, label, path, about = OWN_TOKENS } = textOf(notice);
  const tokenPath = notice.token === null ? "/settings/tokens" : `/settings/tokens/${notice.token.id}`;
  const choice = isMailOptional(notice.kind) ? " You can turn these emails off on the page Notices." : "";
  return {
    to,
    subject: plain(subject),
    paragraphs,
    action: { label, url: `${baseUrl}${path ?? tokenPath}` },
    reason: `You get this email because it is about ${about} at ${baseUrl}.${choice}`,
  };
}

function textOf(notice: NoticeToWrite): Text {
  switch (notice.kind) {
    case "token.minted":
      return minted(notice);
    case "token.expiring":
    case "api_key.expiring":
      return expiring(notice);
    case "token.expired":
    case "api_key.expired":
      return expired(notice);
    case "token.new_network":
      return newNetwork(notice);
    case "token.revoked":
      return revoked(notice);
    case "policy.changed":
      return policyChanged(notice);
    case "member.joined":
      return joined(notice);
    case "account.reset_link":
      return resetLink(notice);
    case "webhook.disabled":
      return webhookDisabled(notice);
  }
}

function minted({ at, token, organization, details }: NoticeToWrite): Text {
  const end = details.expiresAt;
  return {
    subject: `New token ${inSubject(token)}`,
    paragraphs: [
      `The personal access token ${nameOf(token)} was created with your account, in ${placeOf(organization)}, on ${dateTime(at)}.`,
      `${from(details)} ${end === null || end === undefined ? "It does not expire." : `It expires on ${dateTime(end)}.`}`,
      "If this was not you, revoke the token now. Then change your password, and sign out your other browsers.",
    ],
    label: "See the token",
  };
}

function expiring({ kind, token, organization, details }: NoticeToWrite): Text {
  const days = details.daysLeft === 1 ? "1 day" : `${details.daysLeft} days`;
  const ends = isByPolicy(details) ? "ends" : "expires";
  const end = `${ends} on ${dateTime(details.expiresAt ?? 0)}. Programs that use it lose access then.${ruleOf(details)}`;
  if (kind === "api_key.expiring") {
    return {
      subject: `An API key of your organization ${ends} in ${days}`,
      paragraphs: [
        `The API key ${nameOf(token)} in ${placeOf(organization)} ${end}`,
        "If a program still uses it, create another key before then.",
      ],
      ...ABOUT_KEY,
      path: keysOf(organization),
    };
  }
  return {
    subject: `Token ${inSubject(token)} ${ends} in ${days}`,
    paragraphs: [
      `Your personal access token ${nameOf(token)} in ${placeOf(organization)} ${end}`,
      `If a program still uses it, replace it before then. The new token has the same permissions and a new secret. The old one works until it ${ends}.`,
    ],
    label: "See the token",
  };
}

function expired({ kind, at, token, organization, details }: NoticeToWrite): Text {
  const isKey = kind === "api_key.expired";
  const what = isKey ? `The API key ${nameOf(token)}` : `Your personal access token ${nameOf(token)}`;
  const how = isByPolicy(details) ? "was ended by the token policy" : "has expired";
  const since = isByPolicy(details)
    ? `It ended on ${dateTime(details.expiresAt ?? at)}.${ruleOf(details)}`
    : `Mintmark recorded this on ${dateTime(at)}.`;
  return {
    subject: isKey ? `An API key of your organization ${how}` : `Token ${inSubject(token)} ${how}`,
    paragraphs: [
      `${what} in ${placeOf(organization)} ${how} and no longer works. ${since}`,
      isKey
        ? "If a program still needs access, create another key."
        : "If a program still needs access, replace the token.",
    ],
    ...(isKey ? { ...ABOUT_KEY, path: keysOf(organization) } : { label: "See the token" }),
  };
}

const ABOUT_KEY = { label: "See the API keys", about: "an API key that you made, or of an organization that you own" };

function keysOf(organization: Named | null): string {
  return organization?.id === undefined ? "/organization/api-keys" : organizationPage(organization.id, "api-keys");
}

function isByPolicy({ because }: NoticeToWrite["details"]): boolean {
  return because !== undefined && because !== "expiry";
}

/** The rule of the policy that ends it, as a sentence. */
function ruleOf({ because }: NoticeToWrite["details"]): string {
  switch (because) {
    case "policy_lifetime":
      return " The organization's token policy limits how old it may get.";
    case "policy_idle":
      return " The organization's token policy limits how long it may be unused.";
    default:
      return "";
  }
}

function newNetwork({ at, token, organization, details }: NoticeToWrite): Text {
  return {
    subject: `Token ${inSubject(token)} was used from a new network`,
    paragraphs: [
      `Your personal access token ${nameOf(token)} in ${placeOf(organization)} was used on ${dateTime(at)} from ${details.network}. It had never been used from this network before.`,
      from(details),
      "If you know this network, you do not need to do anything. If not, revoke the token now.",
    ],
    label: "See the token",
  };
}

function revoked({ at, token, organization, details }: NoticeToWrite): Text {
  const count = details.tokenCount ?? 1;
  const one = token ?? details.tokens?.[0] ?? null;
  const where = organization === null ? "" : ` in ${quoted(organization.name)}`;
  const who = details.by === undefined || details.by.kind === "system" ? "" : ` by ${quoted(details.by.name)}`;
  const what =
    count === 1 ? `Your personal access token ${nameOf(one)}${where} was` : `${count} of your tokens${where} were`;
  return {
    subject: count === 1 ? `Token ${inSubject(one)} was revoked` : `${count} of your tokens were revoked`,
    paragraphs: [
      `${what} revoked${who} on ${dateTime(at)}. ${revocationText(details.reason ?? "admin")}`,
      ...(count === 1 ? [] : [named(details)]),
      `Programs that used ${count === 1 ? "it" : "them"} no longer have access. A revoked token never works again.`,
    ],
    label: count === 1 ? "See the token" : "See your tokens",
  };
}

function policyChanged({ at, organization, details }: NoticeToWrite): Text {
  const { stopped = 0, narrowed = 0, cannotMint = false } = details;
  const effects = [
    ...(stopped > 0 ? [`${tokens(stopped)} no longer ${stopped === 1 ? "works" : "work"}`] : []),
    ...(narrowed > 0 ? [`${tokens(narrowed)} ${narrowed === 1 ? "has" : "have"} fewer permissions`] : []),
    ...(cannotMint ? ["you can no longer create tokens there"] : []),
  ];
  return {
    subject: "A change of the token policy affects you",
    paragraphs: [
      `${details.by === undefined ? "Somebody" : quoted(details.by.name)} changed the token policy of ${placeOf(organization)} on ${dateTime(at)}. As a result, ${effects.join(", and ")}.`,
      ...(stopped + narrowed === 0 ? [] : [named(details)]),
    ],
    label: "See your tokens",
  };
}

function joined({ at, organization, details }: NoticeToWrite): Text {
  const { by, role = "", domain } = details;
  const way =
    domain === null || domain === undefined
      ? "accepted an invitation"
      : `joined with a verified address at ${readableAddress(domain)}`;
  return {
    subject: "Your organization has a new member",
    paragraphs: [
      `${by === undefined ? "Somebody" : quoted(by.name)} ${way} on ${dateTime(at)}. They are now a member of ${placeOf(organization)} with the role ${role}.`,
      "If they should not have access, remove them. They cannot join with their address again, only by an invitation.",
    ],
    label: "See the members",
    path: organization?.id === undefined ? "/settings/organizations" : organizationPage(organization.id, "members"),
    about: "an organization that you own",
  };
}

function resetLink({ at, details }: NoticeToWrite): Text {
  const { by } = details;
  const who = by === undefined || by.kind === "system" ? "Somebody with access to the server" : quoted(by.name);
  return {
    subject: "Somebody made a link to set your password",
    paragraphs: [
      `${who} made a link to set a new password for your account on ${dateTime(at)}. It works once, until ${dateTime(details.expiresAt ?? at)}. If a new password is set with it, you get another email, and you are signed out everywhere.`,
      "If you asked for it, use the link that they gave you. If not, sign in and change your password now. That ends the link. Then ask them why they made it.",
    ],
    label: "Change your password",
    path: "/settings/profile",
    about: "your account",
  };
}

function webhookDisabled({ at, details }: NoticeToWrite): Text {
  const host = quoted(details.webhook?.host ?? "?");
  const why =
    details.webhook?.because === "gone"
      ? "It responded that the address is gone for good (410)."
      : "No delivery has arrived for three days.";
  return {
    subject: "A webhook was turned off",
    paragraphs: [
      `Mintmark turned off the webhook to ${host} on ${dateTime(at)}. ${why}`,
      "Its program gets no events until an instance admin turns the webhook on again. It then gets those that it missed.",
    ],
    label: "See the webhooks",
    path: "/admin/webhooks",
    about: "this instance, which you administer",
  };
}

function tokens(count: number): string {
  return count === 1 ? "1 of your tokens" : `${count} of your tokens`;
}

function named({ tokens: list = [], tokenCount = 0 }: NoticeToWrite["details"]): string {
  const names = list.map(({ name }) => quoted(name)).join(", ");
  const rest = tokenCount - list.length;
  return `Tokens: ${names}${rest > 0 ? `, and ${rest} more` : ""}.`;
}

function from({ ip, userAgent }: NoticeToWrite["details"]): string {
  const client = userAgent === null || userAgent === undefined ? "a client that gave no name" : quoted(userAgent, 160);
  return `The request came from ${ip ?? "an unknown address"}, from ${client}.`;
}

function nameOf(token: Named | null): string {
  return quoted(token?.name ?? "?");
}

function placeOf(organization: Named | null): string {
  return organization === null ? "an organization" : quoted(organization.name);
}

/** Short, so that the words after it are still seen. */
function inSubject(token: Named | null): string {
  return quoted(token?.name ?? "?", 40);
}

const DATE_TIME = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" });

/** "22 Dec 2026, 14:02 UTC" */
function dateTime(at: number): string {
  return `${DATE_TIME.format(at)} UTC`;
}
