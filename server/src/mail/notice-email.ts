// The letters of notices. They hold names, times and addresses, and no secret, so that their notices may wait in the
// database. Names and agents are what people and clients chose: they stand in quotes, and in no subject.
import { revocationText } from "@mintmark/core";
import { type Letter, quoted } from "./email.ts";

interface Named {
  readonly name: string;
}

/** What a letter needs to know of a notice. */
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

type Text = Pick<Letter, "subject" | "paragraphs"> & { readonly label: string };

export function noticeLetter({ to, baseUrl }: Addressee, notice: NoticeToWrite): Letter {
  const { subject, paragraphs, label } = textOf(notice);
  const path = notice.token === null ? "/settings/notices" : `/settings/tokens/${notice.token.id}`;
  const canTurnOff = notice.kind !== "token.revoked";
  return {
    to,
    subject,
    paragraphs,
    action: { label, url: `${baseUrl}${path}` },
    reason: `You get this because it is about your personal access tokens at ${baseUrl}.${
      canTurnOff ? " Which of these letters you get is set on the page Notices." : ""
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
      throw new Error(`there is no letter for notices of the kind ${notice.kind}`);
  }
}

function minted({ at, token, organization, details }: NoticeToWrite): Text {
  const end = details.expiresAt;
  return {
    subject: "A new personal access token was made with your account",
    paragraphs: [
      `The personal access token ${nameOf(token)} was made with your account, in ${nameOf(organization)}, on ${dateTime(at)}.`,
      `${from(details)} ${end === null || end === undefined ? "It does not expire." : `It expires on ${dateTime(end)}.`}`,
      "If it was not you, revoke it now, change your password, and end your other sessions.",
    ],
    label: "See the token",
  };
}

function expiring({ token, organization, details }: NoticeToWrite): Text {
  const days = details.daysLeft === 1 ? "1 day" : `${details.daysLeft} days`;
  return {
    subject: `A personal access token of yours expires in ${days}`,
    paragraphs: [
      `Your personal access token ${nameOf(token)} in ${nameOf(organization)} expires on ${dateTime(details.expiresAt ?? 0)}. From then on it is refused.`,
      "If something still uses it, replace it in time: a replacement has the same permissions and a secret of its own, and both work until the old one ends.",
    ],
    label: "See the token",
  };
}

function expired({ at, token, organization }: NoticeToWrite): Text {
  return {
    subject: "A personal access token of yours has expired",
    paragraphs: [
      `Your personal access token ${nameOf(token)} in ${nameOf(organization)} has expired, and is refused since. It was noted on ${dateTime(at)}.`,
      "If something still needs it, replace it.",
    ],
    label: "See the token",
  };
}

function newNetwork({ at, token, organization, details }: NoticeToWrite): Text {
  return {
    subject: "A personal access token of yours was used from a new network",
    paragraphs: [
      `Your personal access token ${nameOf(token)} in ${nameOf(organization)} was used on ${dateTime(at)} from ${details.network}, where it had never been used from.`,
      from(details),
      "If you know this network, there is nothing to do. If not, revoke the token now.",
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
        ? "A personal access token of yours was revoked"
        : `${count} of your personal access tokens were revoked`,
    paragraphs: [
      `${count === 1 ? `Your personal access token ${what} was` : `${what} were`} revoked${who} on ${dateTime(at)}. ${revocationText(details.reason ?? "admin")}`,
      ...(count === 1 ? [] : [named(details)]),
      "Whatever used it is refused from then on. A revoked token never works again.",
    ],
    label: "See what was revoked",
  };
}

function policyChanged({ at, organization, details }: NoticeToWrite): Text {
  const { stopped = 0, narrowed = 0, cannotMint = false } = details;
  const effects = [
    ...(stopped > 0 ? [`${tokens(stopped)} of yours ${stopped === 1 ? "is" : "are"} refused now`] : []),
    ...(narrowed > 0 ? [`${tokens(narrowed)} of yours may do less than before`] : []),
    ...(cannotMint ? ["you can no longer mint tokens there"] : []),
  ];
  return {
    subject: "A token policy has changed for you",
    paragraphs: [
      `${details.by === undefined ? "Somebody" : quoted(details.by.name)} changed the token policy of ${nameOf(organization)} on ${dateTime(at)}. With it, ${effects.join(", and ")}.`,
      ...(stopped + narrowed === 0 ? [] : [named(details)]),
    ],
    label: "See your tokens",
  };
}

function tokens(count: number): string {
  return count === 1 ? "1 token" : `${count} tokens`;
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
