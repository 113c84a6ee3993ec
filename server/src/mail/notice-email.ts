// The emails of notices.
// Rule: they contain names, times and addresses and no secret, so that their notices may wait in the database. People
// and clients choose names and user agents, so these are in quotes and never in a subject.
import { revocationText } from "@mintmark/core";
import { type Email, quoted } from "./email.ts";

interface Named {
  readonly name: string;
}

/** The parts of a notice that its email uses. */
export interface NoticeToWrite {
  readonly kind: string;
  readonly at: number;
  readonly organization: Named | null;
  readonly token: (Named & { readonly id: string }) | null;
  readonly details: {
    readonly by?: Named & { readonly kind: string };
    readonly expiresAt?: number | null;
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
  };
}

interface Addressee {
  readonly to: string;
  /** The instance's origin. */
  readonly baseUrl: string;
}

type Text = Pick<Email, "subject" | "paragraphs"> & { readonly label: string };

export function noticeEmail({ to, baseUrl }: Addressee, notice: NoticeToWrite): Email {
  const { subject, paragraphs, label } = textOf(notice);
  const path = notice.token === null ? "/settings/notices" : `/settings/tokens/${notice.token.id}`;
  const canTurnOff = notice.kind !== "token.revoked";
  return {
    to,
    subject,
    paragraphs,
    action: { label, url: `${baseUrl}${path}` },
    reason: `You get this because it is about your personal access tokens at ${baseUrl}.${
      canTurnOff ? " You can choose these emails on the page Notices." : ""
    }`,
  };
}

function textOf(notice: NoticeToWrite): Text {
  switch (notice.kind) {
    case "token.minted":
      return minted(notice);
    case "token.expiring":
      return expiring(notice);
    case "token.expired":
      return expired(notice);
    case "token.new_network":
      return newNetwork(notice);
    case "token.revoked":
      return revoked(notice);
    case "policy.changed":
      return policyChanged(notice);
    default:
      throw new Error(`no email is defined for notices of the kind ${notice.kind}`);
  }
}

function minted({ at, token, organization, details }: NoticeToWrite): Text {
  const end = details.expiresAt;
  return {
    subject: "A new personal access token was created with your account",
    paragraphs: [
      `The personal access token ${nameOf(token)} was created with your account, in ${nameOf(organization)}, on ${dateTime(at)}.`,
      `${from(details)} ${end === null || end === undefined ? "It does not expire." : `It expires on ${dateTime(end)}.`}`,
      "If this was not you, revoke it now, change your password, and end your other sessions.",
    ],
    label: "See the token",
  };
}

function expiring({ token, organization, details }: NoticeToWrite): Text {
  const days = details.daysLeft === 1 ? "1 day" : `${details.daysLeft} days`;
  return {
    subject: `One of your personal access tokens expires in ${days}`,
    paragraphs: [
      `Your personal access token ${nameOf(token)} in ${nameOf(organization)} expires on ${dateTime(details.expiresAt ?? 0)}. It stops working then.`,
      "If a program still uses it, replace it in time. The replacement has the same permissions and a new secret, and both tokens work until the old one expires.",
    ],
    label: "See the token",
  };
}

function expired({ at, token, organization }: NoticeToWrite): Text {
  return {
    subject: "One of your personal access tokens has expired",
    paragraphs: [
      `Your personal access token ${nameOf(token)} in ${nameOf(organization)} has expired and no longer works. Mintmark recorded this on ${dateTime(at)}.`,
      "If a program still needs it, replace it.",
    ],
    label: "See the token",
  };
}

function newNetwork({ at, token, organization, details }: NoticeToWrite): Text {
  return {
    subject: "One of your personal access tokens was used from a new network",
    paragraphs: [
      `Your personal access token ${nameOf(token)} in ${nameOf(organization)} was used on ${dateTime(at)} from ${details.network}. It had never been used from this network before.`,
      from(details),
      "If you know this network, you need not do anything. If not, revoke the token now.",
    ],
    label: "See the token",
  };
}

function revoked({ at, token, organization, details }: NoticeToWrite): Text {
  const count = details.tokenCount ?? 1;
  const place = organization === null ? "" : ` in ${quoted(organization.name)}`;
  const what =
    count === 1 ? `${nameOf(token ?? details.tokens?.[0] ?? null)}${place}` : `${count} of your tokens${place}`;
  const who = details.by === undefined || details.by.kind === "system" ? "" : ` by ${quoted(details.by.name)}`;
  return {
    subject:
      count === 1
        ? "One of your personal access tokens was revoked"
        : `${count} of your personal access tokens were revoked`,
    paragraphs: [
      `${count === 1 ? `Your personal access token ${what} was` : `${what} were`} revoked${who} on ${dateTime(at)}. ${revocationText(details.reason ?? "admin")}`,
      ...(count === 1 ? [] : [named(details)]),
      "Programs that used it no longer have access. A revoked token never works again.",
    ],
    label: "See what was revoked",
  };
}

function policyChanged({ at, organization, details }: NoticeToWrite): Text {
  const { stopped = 0, narrowed = 0, cannotMint = false } = details;
  const effects = [
    ...(stopped > 0 ? [`${tokens(stopped)} no longer ${stopped === 1 ? "works" : "work"}`] : []),
    ...(narrowed > 0 ? [`${tokens(narrowed)} ${narrowed === 1 ? "has" : "have"} fewer permissions`] : []),
    ...(cannotMint ? ["you can no longer mint tokens there"] : []),
  ];
  return {
    subject: "A token policy that affects you has changed",
    paragraphs: [
      `${details.by === undefined ? "Somebody" : quoted(details.by.name)} changed the token policy of ${nameOf(organization)} on ${dateTime(at)}. As a result, ${effects.join(", and ")}.`,
      ...(stopped + narrowed === 0 ? [] : [named(details)]),
    ],
    label: "See your tokens",
  };
}

function tokens(count: number): string {
  return count === 1 ? "1 of your tokens" : `${count} of your tokens`;
}

function named({ tokens: list = [], tokenCount = 0 }: NoticeToWrite["details"]): string {
  const names = list.map(({ name }) => quoted(name)).join(", ");
  const rest = tokenCount - list.length;
  return `${names}${rest > 0 ? `, and ${rest} more` : ""}.`;
}

function from({ ip, userAgent }: NoticeToWrite["details"]): string {
  return `From ${ip ?? "an unknown address"}, by ${userAgent === null || userAgent === undefined ? "a client that did not name itself" : quoted(userAgent)}.`;
}

function nameOf(named: Named | null): string {
  return named === null ? "an organization" : quoted(named.name);
}

const DATE_TIME = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" });

/** "22 Dec 2026, 14:02 UTC" */
function dateTime(at: number): string {
  return `${DATE_TIME.format(at)} UTC`;
}
