import type { ReactElement } from "react";
import type { ApiKey } from "../../api/types.ts";
import { isStale } from "../../credential/stale.ts";
import { Badge, type BadgeTone } from "../../ui/badge.tsx";

const STATE_BADGES: Partial<Record<ApiKey["state"], readonly [BadgeTone, string]>> = {
  expired: ["neutral", "Expired"],
  revoked: ["neutral", "Revoked"],
  blocked: ["danger", "Blocked by policy"],
};

interface KeyBadgesProps {
  readonly apiKey: ApiKey;
  readonly now: number;
}

/** Its role, and what is out of the ordinary. */
export function KeyBadges({ apiKey, now }: KeyBadgesProps): ReactElement {
  const badge = STATE_BADGES[apiKey.state];
  return (
    <>
      <Badge>{apiKey.role}</Badge>
      {badge && <Badge tone={badge[0]}>{badge[1]}</Badge>}
      {isStale(apiKey, now) && <Badge tone="warning">Stale</Badge>}
    </>
  );
}
