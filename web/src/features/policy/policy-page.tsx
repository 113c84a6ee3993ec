// The organization's token policy as one form, saved whole. Rule: a change that may break existing tokens
// is confirmed first, and every change asks for the password when the last time was long ago.
// What the form holds and what it sends is in policy-draft.ts.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { policyQuery, replacePolicy } from "../../api/organizations.ts";
import { incompleteForm } from "../../api/problem.ts";
import type { TokenPolicy } from "../../api/types.ts";
import { can } from "../../session/permission.ts";
import { useReauthentication } from "../../session/reauthentication.tsx";
import { RequirePermission } from "../../session/require-permission.tsx";
import { useInstance, useSession } from "../../session/use-session.ts";
import { useAnnounce } from "../../ui/announcer.tsx";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/dialog.tsx";
import { Form } from "../../ui/form.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Page } from "../../ui/page.tsx";
import { QueryView } from "../../ui/query-view.tsx";
import { useAction } from "../../ui/use-action.ts";
import { draftOf, isTighter, policyOf } from "./policy-draft.ts";
import { PolicyFields } from "./policy-fields.tsx";

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
      lead={`What tokens and API keys of ${organization.name} may be. Changes apply to existing ones at once, at their next use.`}
    >
      <QueryView query={policy}>
        {(data) => <PolicyForm key={organization.id + JSON.stringify(data)} saved={data} />}
      </QueryView>
    </Page>
  );
}

const FIELDS = ["maxLifetimeDays", "idleDays", "ceiling", "networks", "mintableBy"];

function PolicyForm({ saved }: { readonly saved: TokenPolicy }): ReactElement {
  const { organization } = useSession();
  const { roles } = useInstance();
  const [draft, setDraft] = useState(() => draftOf(saved));
  const [confirming, setConfirming] = useState<TokenPolicy | null>(null);
  const action = useAction();
  const announce = useAnnounce();
  const queryClient = useQueryClient();
  const withReauthentication = useReauthentication();
  const mayWrite = can(organization, "policy:write");

  async function save(policy: TokenPolicy): Promise<void> {
    const applied = await withReauthentication(() => replacePolicy(organization.id, policy));
    queryClient.setQueryData(policyQuery(organization.id).queryKey, applied);
    await queryClient.invalidateQueries({ queryKey: ["tokens"] });
    announce("The token policy is saved and applies everywhere.");
  }

  async function submit(): Promise<void> {
    const result = policyOf(
      draft,
      roles.map(({ name }) => name),
    );
    if (!result.ok) {
      throw incompleteForm(result.errors);
    }
    if (isTighter(saved, result.policy)) setConfirming(result.policy);
    else await save(result.policy);
  }

  return (
    <>
      <Form action={action} fields={FIELDS} label={TITLE} onSubmit={submit} className="grid gap-8">
        {!mayWrite && (
          <Notice>
            You can read this policy. Changing it needs the permission <code className="font-mono">policy:write</code>.
          </Notice>
        )}
        <PolicyFields draft={draft} onChange={setDraft} errors={action.fieldErrors} readOnly={!mayWrite} />
        {mayWrite && (
          <div className="border-t border-line pt-5">
            <Button type="submit" kind="primary" busy={action.pending}>
              Save policy
            </Button>
          </div>
        )}
      </Form>
      <ConfirmDialog
        open={confirming !== null}
        title="Tighten the policy?"
        confirmLabel="Save policy"
        onCancel={() => setConfirming(null)}
        onConfirm={() => {
          const policy = confirming;
          setConfirming(null);
          if (policy) void action.run(() => save(policy));
        }}
      >
        <p>
          Tokens and API keys of {organization.name} that break the new rules stop working at once. They are shown as
          blocked, and work again if the policy is loosened.
        </p>
      </ConfirmDialog>
    </>
  );
}
