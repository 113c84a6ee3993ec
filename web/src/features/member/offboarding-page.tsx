// The page before a member is removed or suspended. It shows everything that is revoked or paused and everything that
// stays. Rule: the server computes the preview, and no key is checked by default.
import { useQuery } from "@tanstack/react-query";
import { useParams, useSearch } from "@tanstack/react-router";
import { Ticket } from "lucide-react";
import type { ReactElement, ReactNode } from "react";
import { type OffboardingMode, offboardingPreviewQuery } from "../../api/member.ts";
import type { OffboardingPreview, PersonalAccessToken } from "../../api/types.ts";
import { UseFacts } from "../../credential/last-use.tsx";
import { summarizePermissions } from "../../credential/permission-choice.ts";
import { RequirePermission } from "../../session/require-permission.tsx";
import { useOrganization } from "../../session/use-session.ts";
import { Badge } from "../../ui/badge.tsx";
import { Callout } from "../../ui/callout.tsx";
import { BackLink, Page } from "../../ui/page.tsx";
import { QueryView } from "../../ui/query-view.tsx";
import { Row, Rows } from "../../ui/rows.tsx";
import { isolated } from "../../ui/text.ts";
import { Time } from "../../ui/time-view.tsx";
import { countOf, invitationsText, refusalText, tokensText } from "./member-text.ts";
import { OffboardingForm } from "./offboarding-form.tsx";

const TITLES: Record<OffboardingMode, string> = { remove: "Remove member", suspend: "Suspend member" };

export function OffboardingPage(): ReactElement {
  const { mode: text } = useSearch({ from: "/shell/organization/members/$membershipId/offboarding" });
  const mode: OffboardingMode = text === "suspend" ? "suspend" : "remove";
  return (
    <RequirePermission permission="members:write" title={TITLES[mode]}>
      <Preview mode={mode} />
    </RequirePermission>
  );
}

function Preview({ mode }: { readonly mode: OffboardingMode }): ReactElement {
  const organization = useOrganization();
  const { membershipId } = useParams({ from: "/shell/organization/members/$membershipId/offboarding" });
  const query = useQuery({ ...offboardingPreviewQuery(organization.id, membershipId, mode), staleTime: 0 });
  const name = query.data?.member.user.name;
  const verb = mode === "remove" ? "Remove" : "Suspend";
  return (
    <Page
      title={name === undefined ? TITLES[mode] : `${verb} ${isolated(name)}`}
      before={<BackLink to="/organization/members">Members</BackLink>}
      lead={leadOf(mode)}
    >
      <QueryView query={query}>{(preview) => <Consequences preview={preview} />}</QueryView>
    </Page>
  );
}

function leadOf(mode: OffboardingMode): string {
  return mode === "remove"
    ? "These tokens and invitations are revoked everywhere at once. A new invitation does not restore them."
    : "These tokens stop everywhere at once, until the member is reinstated.";
}

function Consequences({ preview }: { readonly preview: OffboardingPreview }): ReactElement {
  const refusal = refusalText(preview);
  const again = preview.mode === "suspend" && preview.member.state === "suspended";
  return (
    <div className="grid gap-8">
      {refusal !== null && (
        <Callout tone="danger" title={`${isolated(preview.member.user.name)} cannot be ${past(preview.mode)}`}>
          <p>{refusal}</p>
        </Callout>
      )}
      {again && <Callout>{preview.member.user.name} is already suspended, and every token below is refused.</Callout>}
      <EndingTokens preview={preview} />
      <SideEffects preview={preview} />
      {refusal === null && !again && <OffboardingForm preview={preview} />}
    </div>
  );
}

function past(mode: OffboardingMode): string {
  return mode === "remove" ? "removed" : "suspended";
}

/** The tokens of the membership that are revoked or paused. */
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
            : "Your role or the token policy does not let you see them."}
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

/** Other effects, and what stays. */
export function SideEffects({ preview }: { readonly preview: OffboardingPreview }): ReactElement {
  const { invitations, sessions, member, mode } = preview;
  const { name } = member.user;
  return (
    <section aria-labelledby="effects-heading" className="grid gap-2">
      <h2 id="effects-heading" className="text-[0.9375rem] font-semibold">
        Other effects
      </h2>
      <ul className="grid list-disc gap-1 pl-5 text-soft">
        <Effect>
          {invitationsText(preview)}
          {invitations.items !== null && invitations.items.length > 0 && (
            <>
              : <bdi>{invitations.items.map(({ email }) => email).join(", ")}</bdi>.
            </>
          )}
        </Effect>
        {mode === "remove" && (
          <Effect>
            {sessions === 0
              ? "They have no active browser session here."
              : `${countOf(sessions, "browser session")} ${sessions === 1 ? "moves" : "move"} to their personal organization.`}
          </Effect>
        )}
        {mode === "suspend" && (
          <Effect>
            <bdi>{name}</bdi> can do nothing here until they are reinstated. They keep the role {member.role}.
          </Effect>
        )}
        <Effect>
          Tokens of <bdi>{name}</bdi> in other organizations do not change.
        </Effect>
      </ul>
    </section>
  );
}

function Effect({ children }: { readonly children: ReactNode }): ReactElement {
  return <li className="wrap-anywhere">{children}</li>;
}
