// Before a member is removed or suspended: everything it ends, everything that outlives it, and only then the
// button. Rule: no key is ticked for anybody, and what is shown is what the server would do at this moment.
import { useQuery } from "@tanstack/react-query";
import { useParams, useSearch } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { offboardingPreviewQuery, type OffboardingMode } from "../../api/offboarding.ts";
import type { OffboardingPreview } from "../../api/types.ts";
import { RequirePermission } from "../../session/require-permission.tsx";
import { useSession } from "../../session/use-session.ts";
import { Notice } from "../../ui/notice.tsx";
import { Page } from "../../ui/page.tsx";
import { QueryView } from "../../ui/query-view.tsx";
import { BackToMembers } from "./back-to-members.tsx";
import { EndingTokens } from "./ending-tokens.tsx";
import { OffboardingForm } from "./offboarding-form.tsx";
import { refusalText } from "./offboarding-text.ts";
import { SideEffects } from "./side-effects.tsx";
import { isolated } from "../../ui/isolated.ts";

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
  const { organization } = useSession();
  const { membershipId } = useParams({ from: "/shell/organization/members/$membershipId/offboarding" });
  const query = useQuery({ ...offboardingPreviewQuery(organization.id, membershipId, mode), staleTime: 0 });
  const name = query.data?.member.user.name;
  const verb = mode === "remove" ? "Remove" : "Suspend";
  return (
    <Page
      title={name === undefined ? TITLES[mode] : `${verb} ${isolated(name)}`}
      before={<BackToMembers />}
      lead={leadOf(mode)}
    >
      <QueryView query={query}>{(preview) => <Consequences preview={preview} />}</QueryView>
    </Page>
  );
}

function leadOf(mode: OffboardingMode): string {
  return mode === "remove"
    ? "This is what ends, as things stand now. It ends everywhere at once, and a new invitation brings none of it back."
    : "This is what stops, as things stand now. It stops everywhere at once, until the member is reinstated.";
}

function Consequences({ preview }: { readonly preview: OffboardingPreview }): ReactElement {
  const refusal = refusalText(preview);
  const again = preview.mode === "suspend" && preview.member.state === "suspended";
  return (
    <div className="grid gap-8">
      {refusal !== null && (
        <Notice tone="danger" title={`${isolated(preview.member.user.name)} cannot be ${past(preview.mode)}`}>
          <p>{refusal}</p>
        </Notice>
      )}
      {again && <Notice>{preview.member.user.name} is suspended already: every token below is refused.</Notice>}
      <EndingTokens preview={preview} />
      <SideEffects preview={preview} />
      {refusal === null && !again && <OffboardingForm preview={preview} />}
    </div>
  );
}

function past(mode: OffboardingMode): string {
  return mode === "remove" ? "removed" : "suspended";
}
