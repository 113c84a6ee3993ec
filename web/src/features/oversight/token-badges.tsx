import type { ReactElement } from "react";
import type { PersonalAccessToken } from "../../api/types.ts";
import { isStale } from "../../credential/stale.ts";
import { Badge, type BadgeTone } from "../../ui/badge.tsx";
import { useNow } from "../../ui/time-view.tsx";
import { STATE_LABELS } from "./token-filters.tsx";

const TONES: Record<PersonalAccessToken["state"], BadgeTone> = {
  active: "good",
  blocked: "danger",
  suspended: "warning",
  expired: "neutral",
  revoked: "neutral",
};

export function TokenBadges({ token }: { readonly token: PersonalAccessToken }): ReactElement {
  const now = useNow();
  return (
    <>
      <Badge tone={TONES[token.state]}>{STATE_LABELS[token.state]}</Badge>
      {isStale(token, now) && <Badge tone="warning">Stale</Badge>}
    </>
  );
}
