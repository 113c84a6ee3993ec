import { Ticket } from "lucide-react";
import type { ReactElement } from "react";
import type { OffboardingPreview, PersonalAccessToken } from "../../api/types.ts";
import { summarizePermissions } from "../../credential/permission-choice.ts";
import { UseFacts } from "../../credential/use-facts.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Row, Rows } from "../../ui/rows.tsx";
import { Time } from "../../ui/time-view.tsx";
import { countOf, tokensText } from "./offboarding-text.ts";

/** Every token of the membership that is revoked or paused. */
export function EndingTokens({ preview }: { readonly preview: OffboardingPreview }): ReactElement {
  const { tokens } = preview;
  const left = tokens.count - tokens.items.length;
  return (
    <section aria-labelledby="tokens-heading" className="grid gap-3">
      <h2 id="tokens-heading" className="text-[0.9375rem] font-semibold">
        {tokensText(preview)}
      </h2>
      {tokens.items.length > 0 && (
        <Rows label="Tokens that end">
          {tokens.items.map((token) => (
            <EndingToken key={token.id} token={token} effect={tokens.effect} />
          ))}
        </Rows>
      )}
      {left > 0 && (
        <p className="text-soft">
          {tokens.items.length > 0
            ? `And ${countOf(left, "more token")}.`
            : "Your role, or how far the token policy lets oversight reach, does not let you see which."}
        </p>
      )}
    </section>
  );
}

interface EndingTokenProps {
  readonly token: PersonalAccessToken;
  readonly effect: "revoked" | "paused";
}

function EndingToken({ token, effect }: EndingTokenProps): ReactElement {
  const over = token.state === "expired";
  return (
    <Row
      icon={<Ticket />}
      title={token.name}
      muted={over}
      badges={
        over ? (
          <Badge>Expired already</Badge>
        ) : (
          <Badge tone={effect === "revoked" ? "danger" : "warning"}>
            {effect === "revoked" ? "Revoked" : "Paused"}
          </Badge>
        )
      }
      note={
        <>
          <span className="font-mono">{token.prefix}…</span> · {summarizePermissions(token.permissions)} · created{" "}
          <Time at={token.createdAt} as="date" />,{" "}
          {token.expiresAt === null ? (
            "no expiry"
          ) : (
            <>
              {over ? "expired" : "expires"} <Time at={token.expiresAt} as="date" />
            </>
          )}
        </>
      }
      facts={<UseFacts use={token} />}
    />
  );
}
