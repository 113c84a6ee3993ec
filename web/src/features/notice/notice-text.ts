// Notices in words. A sentence is a list of texts and names. Names are drawn separately, so that they cannot change
// the direction of the words around them.
import { EXPIRY_NOTICE_DAYS, revocationText } from "@mintmark/core";
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
};

export const KIND_HINTS: Readonly<Record<NoticeKind, string>> = {
  "token.expiring": `${new Intl.ListFormat("en").format(EXPIRY_NOTICE_DAYS.map(String))} days before one of your tokens expires.`,
  "token.expired": "When one of your tokens has expired.",
  "token.new_network": "When one of your tokens is used from a network for the first time. At most five a day.",
  "token.revoked": "By an admin, by your removal, or because its secret was reported. The email is always sent.",
  "token.minted": "When a token is minted with your account.",
  "policy.changed": "When an organization's policy refuses or limits one of your tokens, or no longer lets you mint.",
};

/** The event in one line. */
export function titleOf({ kind, token, details, organization }: Notice): Sentence {
  const named: Sentence = [{ name: token?.name ?? "" }];
  switch (kind) {
    case "token.minted":
      return ["New token ", ...named];
    case "token.expiring":
      return ["Token ", ...named, ` expires on ${details.expiresAt === null ? "" : formatDate(details.expiresAt)}`];
    case "token.expired":
      return ["Token ", ...named, " has expired"];
    case "token.new_network":
      return ["Token ", ...named, " was used from a new network"];
    case "token.revoked":
      return [
        ...(token === null
          ? [`${details.tokenCount} of your tokens were revoked`]
          : ["Token ", ...named, " was revoked"]),
        ...(isPerson(details.by) ? [" by ", { name: details.by.name }] : []),
      ];
    case "policy.changed":
      return ["The token policy of ", { name: organization?.name ?? "an organization" }, " has changed for you"];
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
        " If it was not you, revoke it and change your password.",
      ];
    case "token.expiring":
      return [
        details.expiresAt === null ? "" : `At ${formatDateTime(details.expiresAt)}. `,
        "Replace it in time if something still uses it.",
      ];
    case "token.expired":
      return ["It is refused now. Replace it if something still needs it."];
    case "token.new_network":
      return [`${details.network ?? ""}. `, ...placeOf(notice), " If you do not know it, revoke the token."];
    case "token.revoked":
      return [`${revocationText(details.reason)} `, ...namesOf(notice)];
    case "policy.changed":
      return [
        ...(details.by === null ? [] : [{ name: details.by.name }, " changed it: "]),
        `${effectsOf(notice).join(", and ")}. `,
        ...namesOf(notice),
      ];
  }
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
