// The organization's token policy as one form, saved whole. Rule: what a change would break is shown while it is
// made and confirmed before it is saved, and every change asks for the password when the last time was long ago.
// What the form holds and what it sends is in policy-draft.ts.
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { policyQuery } from "../../api/organizations.ts";
import { RequirePermission } from "../../session/require-permission.tsx";
import { useSession } from "../../session/use-session.ts";
import { Page } from "../../ui/page.tsx";
import { QueryView } from "../../ui/query-view.tsx";
import { PolicyForm } from "./policy-form.tsx";
import { isolated } from "../../ui/isolated.ts";

const TITLE = "Token policy";

export function PolicyPage(): ReactElement {
  return (
    <RequirePermission permission="policy:read" title={TITLE}>
      <Policy />
    </RequirePermission>
  );
}

function Policy(): ReactElement {
  const { organization } = useSession();
  const policy = useQuery(policyQuery(organization.id));
  return (
    <Page
      title={TITLE}
      lead={`What tokens and API keys of ${isolated(organization.name)} may be. Changes apply to existing ones at once, at their next use.`}
    >
      <QueryView query={policy}>{(data) => <PolicyForm key={organization.id} saved={data} />}</QueryView>
    </Page>
  );
}
