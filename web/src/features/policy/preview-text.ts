// The effects of a policy in words.
import { administratorText, asClause } from "@mintmark/core";
import type { AffectedCredential, PolicyPreview, TokenPolicy } from "../../api/types.ts";

type Counts = NonNullable<PolicyPreview["counts"]>;

/** "14 tokens and 1 API key stop working, 3 tokens become read-only, 1 token loses permissions." */
export function breakageText(counts: Counts): string {
  const { tokens, apiKeys } = counts;
  const losing = (part: Counts["tokens"]): number => part.narrow - part.becomeReadOnly;
  const parts = [
    effectText(tokens.stop, apiKeys.stop, "stops working", "stop working"),
    effectText(tokens.becomeReadOnly, apiKeys.becomeReadOnly, "becomes read-only", "become read-only"),
    effectText(losing(tokens), losing(apiKeys), "loses permissions", "lose permissions"),
  ].filter((part) => part !== null);
  return parts.length === 0 ? "No token or API key is affected." : `${parts.join(", ")}.`;
}

/** The credentials in use among those that stop, or `null`. */
export function inUseText({ tokens, apiKeys }: Counts): string | null {
  const text = effectText(tokens.stopInUse, apiKeys.stopInUse, "was used", "were used");
  return text === null ? null : `Of those that stop, ${text} within the last 24 hours.`;
}

interface EffectGroup {
  readonly title: string;
  readonly stops: boolean;
  readonly items: readonly AffectedCredential[];
}

/** Groups of equal effect. The server sends the worst effect first, and so are the groups. */
export function groupByEffect(items: readonly AffectedCredential[]): EffectGroup[] {
  const groups = Map.groupBy(items, effectTitle);
  return [...groups].map(([title, members]) => ({ title, stops: title === STOPS, items: members }));
}

const STOPS = "Stop working";

function effectTitle({ effect, losesAll, becomesReadOnly }: AffectedCredential): string {
  if (effect === "stops") return STOPS;
  if (losesAll) return "Lose all permissions";
  return becomesReadOnly ? "Become read-only" : "Lose permissions";
}

/** "2 tokens work again." or `null`. */
export function resumeText({ tokens, apiKeys }: Counts): string | null {
  const text = effectText(tokens.resume, apiKeys.resume, "works again", "work again");
  return text === null ? null : `${text}.`;
}

/** The effect on AI clients, which the counts do not show, or `null`. */
export function mcpLossText(before: TokenPolicy["mcp"], after: TokenPolicy["mcp"]): string | null {
  if (after === "off" && before !== "off") return "AI clients are refused.";
  if (after === "read-only" && before === "read-write") return "AI clients lose the tools that change data.";
  return null;
}

/** The credentials that the preview cannot evaluate, or `null`. */
export function unknownText({ tokens, apiKeys }: Counts): string | null {
  const unknown = tokens.networkUnknown + apiKeys.networkUnknown;
  if (unknown === 0) return null;
  const subject = amountsText(tokens.networkUnknown, apiKeys.networkUnknown);
  return `${subject} ${unknown === 1 ? "was" : "were"} never used, so the network of ${unknown === 1 ? "its" : "their"} next use is unknown.`;
}

export function breaksAnything({ tokens, apiKeys }: Counts): boolean {
  return tokens.stop + tokens.narrow + apiKeys.stop + apiKeys.narrow > 0;
}

/** The reason why it stops, or the permissions that it loses. */
export function effectOn(credential: AffectedCredential): string {
  if (credential.effect === "stops") return asClause(administratorText(credential.blockedBy));
  if (credential.losesAll) return "loses all permissions";
  return `loses ${credential.losesPermissions.join(", ")}`;
}

function effectText(tokens: number, keys: number, one: string, many: string): string | null {
  const total = tokens + keys;
  return total === 0 ? null : `${amountsText(tokens, keys)} ${total === 1 ? one : many}`;
}

function amountsText(tokens: number, keys: number): string {
  const parts = [amountText(tokens, "token"), amountText(keys, "API key")].filter((part) => part !== null);
  return parts.join(" and ");
}

function amountText(amount: number, what: string): string | null {
  return amount === 0 ? null : `${amount.toLocaleString("en")} ${what}${amount === 1 ? "" : "s"}`;
}
