// The texts about the first confirmation of an address, which revokes everything that was made before: another person
// may have opened the account.
import type { ReactElement, ReactNode } from "react";
import type { EndedByProof } from "../api/types.ts";
import { Callout } from "../ui/callout.tsx";

interface FirstProofCalloutProps {
  readonly title?: string;
  /** The next step, below the text. */
  readonly children?: ReactNode;
}

/** A warning for people who have not confirmed the first address of their account. */
export function FirstProofCallout({
  title = "Confirmation revokes everything made before",
  children,
}: FirstProofCalloutProps): ReactElement {
  return (
    <Callout title={title}>
      Until an address is confirmed, anyone may have opened the account. So the confirmation revokes its tokens, API
      keys, invitations, device logins, calendar feed and other sessions. Create yours again afterwards.
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

/** "The confirmation revoked 2 tokens and 1 API key."; `null` when there was nothing to revoke. */
export function endedText(ended: EndedByProof | null): string | null {
  if (ended === null) return null;
  const parts = NOUNS.filter(([field]) => ended[field] > 0).map(
    ([field, noun]) => `${ended[field]} ${noun}${ended[field] === 1 ? "" : "s"}`,
  );
  if (parts.length === 0) return null;
  return `The confirmation revoked ${new Intl.ListFormat("en").format(parts)}.`;
}
