// Notices in words. A sentence is a list of texts and names. Names are drawn separately, so that they cannot change
// the direction of the words around them.
import { LONGEST_WARNING_DAYS, readableAddress, revocationText } from "@mintmark/core";
import type { Notice, NoticeKind } from "../../api/types.ts";
import { isolated } from "../../ui/text.ts";
import { formatDate, formatDateTime } from "../../ui/time.ts";
import { describeUserAgent } from "../../ui/user-agent.ts";

type Part = string | { readonly name: string };
export type Sentence = readonly Part[];

export const KIND_LABELS: Readonly<Record<NoticeKind, string>> = {
  "token.expiring": "Token expires soon",
  "token.expired": "Token has expired",
  "token.new_network": "New network",
  "token.revoked": "Token revoked by another person",
  "token.minted": "Token minted",
  "policy.changed": "Token policy changed",
  "member.joined": "New member",
  "account.reset_link": "Link to set your password made",
  "webhook.disabled": "Webhook turned off",
  "api_key.expiring": "API key expires soon",
  "api_key.expired": "API key has expired",
};

export const KIND_HINTS: Readonly<Record<NoticeKind, string>> = {
  "token.expiring": `When one of your tokens ends soon, by its expiry or by the policy: at most ${LONGEST_WARNING_DAYS} days before, and at most a quarter of its life.`,
  "token.expired": "When one of your tokens has expired, or the policy has ended it.",
  "token.new_network": "When one of your tokens is used from a network for the first time. At most five a day.",
  "token.revoked": "By an admin, by your removal, or because its secret was reported. The email is always sent.",
  "token.minted": "When a token is minted with your account.",
  "policy.changed": "When an organization's policy refuses or limits one of your tokens, or no longer lets you mint.",
  "api_key.expiring": "The same for API keys that you made, or whose organization you own.",
  "api_key.expired": "When such an API key has expired, or the policy has ended it.",
  "member.joined": "When somebody joins an organization that you own, by an invitation or by their address.",
  "account.reset_link": "When an instance admin or the operator makes one. The email is always sent.",
  "webhook.disabled": "For instance admins. The email is always sent.",
};

/** The event in one line. */
export function titleOf({ kind, token, details, organization }: Notice): Sentence {
  const named: Sentence = [{ name: token?.name ?? "" }];
  switch (kind) {
    case "token.minted":
      return ["New token ", ...named];
    case "token.expiring":
      return ["Token ", ...named, ` ${endOf(details)}`];
    case "api_key.expiring":
      return ["API key ", ...named, ` ${endOf(details)}`];
    case "token.expired":
      return ["Token ", ...named, isByPolicy(details) ? " was ended by the policy" : " has expired"];
    case "api_key.expired":
      return ["API key ", ...named, isByPolicy(details) ? " was ended by the policy" : " has expired"];
    case "token.new_network":
      return ["Token ", ...named, " was used from a new network"];
    case "token.revoked":
      return [
        ...(token === null
          ? [`${details.tokenCount} of your tokens were revoked`]
          : ["Token ", ...named, " was revoked"]),
        ...(isPerson(details.by) ? [" by ", { name: details.by.name }] : []),
      ];
    case "member.joined":
      return [{ name: details.by?.name ?? "Somebody" }, " joined ", { name: organization?.name ?? "an organization" }];
    case "policy.changed":
      return ["The token policy of ", { name: organization?.name ?? "an organization" }, " has changed for you"];
    case "webhook.disabled":
      return ["The webhook to ", { name: details.webhook?.host ?? "a receiver" }, " was turned off"];
    case "account.reset_link":
      return [
        isPerson(details.by) ? { name: details.by.name } : "Somebody with access to the server",
        " made a link to set a new password for your account",
      ];
  }
}

/** The meaning and the next step, below the title. */
export function bodyOf(notice: Notice): Sentence {
  const { kind, details } = notice;
  switch (kind) {
    case "token.minted":
      return [
        ...placeOf(notice),
        details.expiresAt === null ? " It does not expire." : ` It expires on ${formatDate(details.expiresAt)}.`,
        notice.resolvedAt === null
          ? " If it was not you, revoke it and change your password."
          : " It no longer works. If it was not you, change your password.",
      ];
    case "token.expiring":
    case "api_key.expiring":
      return [
        details.expiresAt === null ? "" : `At ${formatDateTime(details.expiresAt)}. `,
        RULES[details.because ?? ""] ?? "",
        "Replace it in time if something still uses it.",
      ];
    case "token.expired":
    case "api_key.expired":
      return [RULES[details.because ?? ""] ?? "", "It is refused now. Replace it if something still needs it."];
    case "token.new_network":
      return [
        `${details.network ?? ""}. `,
        ...placeOf(notice),
        notice.resolvedAt === null ? " If you do not know it, revoke the token." : " The token no longer works.",
      ];
    case "token.revoked":
      return [`${revocationText(details.reason)} `, ...namesOf(notice)];
    case "member.joined":
      return [
        details.domain === null
          ? "They accepted an invitation"
          : `They have a verified address at ${readableAddress(details.domain)}`,
        `, and have the role ${details.role ?? ""}. If they should not have access, remove them.`,
      ];
    case "policy.changed":
      return [
        ...(details.by === null ? [] : [{ name: details.by.name }, " changed it: "]),
        `${effectsOf(notice).join(", and ")}. `,
        ...namesOf(notice),
      ];
    case "webhook.disabled":
      return [
        details.webhook?.because === "gone"
          ? "Its receiver responded that the address is gone for good. "
          : "No delivery has arrived for three days. ",
        "Its program gets no events until the webhook is turned on again. It then gets those that it missed.",
      ];
    case "account.reset_link":
      return [
        details.expiresAt === null ? "" : `It works once, until ${formatDateTime(details.expiresAt)}. `,
        "If you did not ask for it, change your password, which ends the link, and ask them why.",
      ];
  }
}

/** The rules of the policy that end tokens and API keys. */
const RULES: Readonly<Record<string, string>> = {
  policy_lifetime: "The organization limits how old it may get. ",
  policy_idle: "The organization limits how long it may be unused. ",
};

function isByPolicy({ because }: Notice["details"]): boolean {
  return because !== null && because !== "expiry";
}

function endOf(details: Notice["details"]): string {
  const day = details.expiresAt === null ? "" : formatDate(details.expiresAt);
  if (details.because === "policy_idle") return `ends on ${day} unless used`;
  return `${isByPolicy(details) ? "ends" : "expires"} on ${day}`;
}

function isPerson(by: Notice["details"]["by"]): by is NonNullable<Notice["details"]["by"]> {
  return by !== null && by.kind !== "system";
}

/** The client chose its own name, so it is drawn separately like one. */
function placeOf({ details: { ip, userAgent } }: Notice): Sentence {
  const client = userAgent === null ? "a client without a name" : { name: describeUserAgent(userAgent).name };
  return [`From ${ip ?? "an unknown address"}, by `, client, "."];
}

function effectsOf({ details: { stopped, narrowed, cannotMint } }: Notice): string[] {
  const tokens = (count: number): string => (count === 1 ? "1 token of yours" : `${count} tokens of yours`);
  return [
    ...(stopped > 0 ? [`${tokens(stopped)} ${stopped === 1 ? "is" : "are"} refused now`] : []),
    ...(narrowed > 0 ? [`${tokens(narrowed)} may do less than before`] : []),
    ...(cannotMint ? ["you can no longer mint tokens there"] : []),
  ];
}

/** The names of several tokens. The title names a single one. */
function namesOf({ details: { tokens, tokenCount } }: Notice): Sentence {
  if (tokenCount < 2) return [];
  const named = tokens.flatMap(({ name }, index): Part[] => (index === 0 ? [{ name }] : [", ", { name }]));
  const rest = tokenCount - tokens.length;
  return ["Tokens: ", ...named, rest > 0 ? `, and ${rest} more.` : "."];
}

/** The sentence as plain text, for the names of buttons. */
export function plainText(sentence: Sentence): string {
  return sentence.map((part) => (typeof part === "string" ? part : isolated(part.name))).join("");
}
