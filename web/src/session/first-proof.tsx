// Says before and after the first confirmation of an address what it ends: somebody else may have opened the account.
import type { ReactElement, ReactNode } from "react";
import type { EndedByProof } from "../api/types.ts";
import { Callout } from "../ui/callout.tsx";

interface FirstProofCalloutProps {
  readonly title?: string;
  /** What to do about it, below the text. */
  readonly children?: ReactNode;
}

/** For people who have not confirmed the first address of their account. */
export function FirstProofCallout({
  title = "Confirming ends what was made before",
  children,
}: FirstProofCalloutProps): ReactElement {
  return (
    <Callout title={title}>
      Until an address is confirmed, nobody knows whose account it is. So its tokens, API keys, invitations, device
      logins, calendar feed and other sessions end with the confirmation. Make those that are yours again afterwards.
      {children}
    </Callout>
  );
}

const NOUNS: readonly (readonly [keyof EndedByProof, string])[] = [
  ["tokens", "token"],
  ["apiKeys", "API key"],
  ["invitations", "invitation"],
  ["domainJoinings", "open domain"],
  ["deviceLogins", "device login"],
  ["calendarFeeds", "calendar feed"],
  ["sessions", "other session"],
];

/** "The confirmation ended 2 tokens and 1 API key."; `null` when nothing had to end. */
export function endedText(ended: EndedByProof | null): string | null {
  if (ended === null) return null;
  const parts = NOUNS.filter(([field]) => ended[field] > 0).map(
    ([field, noun]) => `${ended[field]} ${noun}${ended[field] === 1 ? "" : "s"}`,
  );
  if (parts.length === 0) return null;
  return `The confirmation ended ${new Intl.ListFormat("en").format(parts)}.`;
}
