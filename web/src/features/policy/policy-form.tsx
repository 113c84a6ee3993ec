import { useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { policyPreviewQuery, policyQuery, replacePolicy } from "../../api/organizations.ts";
import { incompleteForm } from "../../api/problem.ts";
import type { PolicyChange, PolicyPreview, TokenPolicy } from "../../api/types.ts";
import { can } from "../../session/permission.ts";
import { useInstance, useSession } from "../../session/use-session.ts";
import { Form } from "../../ui/form.tsx";
import { Notice } from "../../ui/notice.tsx";
import { UnsavedGuard } from "../../ui/unsaved-guard.tsx";
import { useAction } from "../../ui/use-action.ts";
import { BreakageDialog } from "./breakage-dialog.tsx";
import { defaultPolicy, draftOf, isChanged, isSamePolicy, isTighter, policyOf } from "./policy-draft.ts";
import { PolicyFields } from "./policy-fields.tsx";
import { PolicyReceipt } from "./policy-receipt.tsx";
import { PreviewPanel } from "./preview-panel.tsx";
import { breaksAnything, mcpLossText } from "./preview-text.ts";
import { SaveBar } from "./save-bar.tsx";
import { useMayPreview, usePolicyPreview } from "./use-policy-preview.ts";

const FIELDS = ["maxLifetimeDays", "idleDays", "ceiling", "networks", "mintableBy"];

interface Confirming {
  readonly policy: TokenPolicy;
  /** `null` when the role may not see what breaks. */
  readonly preview: PolicyPreview | null;
}

export function PolicyForm({ saved }: { readonly saved: TokenPolicy }): ReactElement {
  const { organization } = useSession();
  const roles = useInstance().roles.map(({ name }) => name);
  const [base, setBase] = useState(saved);
  const [draft, setDraft] = useState(() => draftOf(saved));
  const [receipt, setReceipt] = useState<PolicyChange["receipt"] | null>(null);
  const [confirming, setConfirming] = useState<Confirming | null>(null);
  const action = useAction();
  const queryClient = useQueryClient();
  const mayPreview = useMayPreview();
  const mayWrite = can(organization, "policy:write");
  const changed = isChanged(draft, base, roles);
  const result = policyOf(draft, roles);
  const mcpLoss = mcpLossText(base.mcp, draft.mcp);
  const preview = usePolicyPreview(changed && result.ok ? result.policy : null);

  // Somebody else saved another policy: an untouched form follows, a changed one says so.
  if (!isSamePolicy(saved, base) && !changed) load(saved);

  function load(policy: TokenPolicy): void {
    setBase(policy);
    setDraft(draftOf(policy));
    action.reset();
  }

  async function save(policy: TokenPolicy): Promise<void> {
    const change = await replacePolicy(organization.id, policy);
    setBase(change.policy);
    setDraft(draftOf(change.policy));
    setReceipt(change.receipt);
    queryClient.setQueryData(policyQuery(organization.id).queryKey, change.policy);
    void queryClient.invalidateQueries({ queryKey: ["tokens"] });
    void queryClient.invalidateQueries({ queryKey: ["organizations", organization.id] });
  }

  async function submit(): Promise<void> {
    if (!result.ok) throw incompleteForm(result.errors);
    const { policy } = result;
    // Counted again, now: what the page shows may be some seconds old.
    const query = policyPreviewQuery(organization.id, policy);
    const found = mayPreview ? (await queryClient.fetchInfiniteQuery({ ...query, staleTime: 0 })).pages[0] : undefined;
    const breaks = found?.counts ? breaksAnything(found.counts) : isTighter(base, policy);
    if (breaks) setConfirming({ policy, preview: found ?? null });
    else await save(policy);
  }

  return (
    <>
      {receipt !== null && !changed && <PolicyReceipt key={receipt.at} receipt={receipt} />}
      <Form action={action} fields={FIELDS} label="Token policy" onSubmit={submit} className="grid gap-8">
        {!mayWrite && (
          <Notice>
            You can read this policy. Changing it needs the permission <code className="font-mono">policy:write</code>.
          </Notice>
        )}
        <PolicyFields draft={draft} onChange={setDraft} errors={action.fieldErrors} readOnly={!mayWrite} />
        {mayWrite && changed && result.ok && mayPreview && <PreviewPanel query={preview} mcpLoss={mcpLoss} />}
        {mayWrite && (
          <SaveBar
            changed={changed}
            stale={!isSamePolicy(saved, base)}
            isDefault={result.ok && isSamePolicy(result.policy, defaultPolicy(roles))}
            busy={action.pending}
            counts={changed && result.ok ? (preview.data?.pages[0]?.counts ?? null) : null}
            mcpLoss={mcpLoss}
            onReset={() => setDraft(draftOf(defaultPolicy(roles)))}
            onDiscard={() => load(saved)}
          />
        )}
      </Form>
      <UnsavedGuard what="the token policy" active={changed && mayWrite} />
      <BreakageDialog
        confirming={confirming}
        onCancel={() => setConfirming(null)}
        onConfirm={(policy) => {
          setConfirming(null);
          void action.run(() => save(policy));
        }}
      />
    </>
  );
}
