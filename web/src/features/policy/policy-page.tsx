// The organization's token policy as one form. Rule: the page shows what a change would break before it is saved, and
// every change needs a recent password. The logic is in policy-draft.ts.
import { defaultPolicy } from "@mintmark/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useEffect, useRef, useState } from "react";
import { policyPreviewQuery, policyQuery, replacePolicy } from "../../api/policy.ts";
import { incompleteForm } from "../../api/problem.ts";
import type { PolicyChange, PolicyPreview, TokenPolicy } from "../../api/types.ts";
import { can } from "../../session/permission.ts";
import { RequirePermission } from "../../session/require-permission.tsx";
import { useInstance, useOrganization } from "../../session/use-session.ts";
import { Button } from "../../ui/button.tsx";
import { Callout } from "../../ui/callout.tsx";
import { classNames } from "../../ui/class-names.ts";
import { UnsavedGuard } from "../../ui/dialog.tsx";
import { Form } from "../../ui/form.tsx";
import { Page } from "../../ui/page.tsx";
import { QueryView } from "../../ui/query-view.tsx";
import { confirmedBy, isolated } from "../../ui/text.ts";
import { Time } from "../../ui/time-view.tsx";
import { type Action, useAction } from "../../ui/use-action.ts";
import { draftOf, isChanged, isSamePolicy, isTighter, type PolicyDraft, policyOf } from "./policy-draft.ts";
import { PolicyFields } from "./policy-fields.tsx";
import { BreakageDialog, PreviewPanel, useMayPreview, usePolicyPreview } from "./policy-preview.tsx";
import { breakageText, breaksAnything, mcpLossText } from "./preview-text.ts";

const TITLE = "Token policy";

export function PolicyPage(): ReactElement {
  return (
    <RequirePermission permission="policy:read" title={TITLE}>
      <Policy />
    </RequirePermission>
  );
}

function Policy(): ReactElement {
  const organization = useOrganization();
  const policy = useQuery(policyQuery(organization.id));
  return (
    <Page
      title={TITLE}
      lead={`The rules for tokens and API keys of ${isolated(organization.name)}. Changes apply to existing ones at their next use.`}
    >
      <QueryView query={policy}>{(data) => <PolicyForm key={organization.id} saved={data} />}</QueryView>
    </Page>
  );
}

const FIELDS = ["maxLifetimeDays", "idleDays", "ceiling", "networks", "mintableBy"];

interface Confirming {
  readonly policy: TokenPolicy;
  /** `null` when the role may not see the preview. */
  readonly preview: PolicyPreview | null;
}

export function PolicyForm({ saved }: { readonly saved: TokenPolicy }): ReactElement {
  const organization = useOrganization();
  const roles = useInstance().roles.map(({ name }) => name);
  const [confirming, setConfirming] = useState<Confirming | null>(null);
  const action = useAction();
  const queryClient = useQueryClient();
  const { base, draft, setDraft, changed, receipt, load, save } = useUnsavedPolicy(saved, action);
  const mayPreview = useMayPreview();
  const mayWrite = can(organization, "policy:write");
  const result = policyOf(draft, roles);
  const mcpLoss = mcpLossText(base.mcp, draft.mcp);
  const preview = usePolicyPreview(changed && result.ok ? result.policy : null);

  async function submit(): Promise<void> {
    if (!result.ok) throw incompleteForm(result.errors);
    const { policy } = result;
    // Count again now, since the shown counts may be some seconds old.
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
        {!mayWrite && <ReadOnlyCallout />}
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

function ReadOnlyCallout(): ReactElement {
  return (
    <Callout>
      You can read this policy. Changing it needs the permission <code className="font-mono">policy:write</code>.
    </Callout>
  );
}

interface UnsavedPolicy {
  /** The saved policy that the draft started from. */
  readonly base: TokenPolicy;
  readonly draft: PolicyDraft;
  readonly setDraft: (draft: PolicyDraft) => void;
  readonly changed: boolean;
  /** Of the last save in this form. */
  readonly receipt: PolicyChange["receipt"] | null;
  readonly load: (policy: TokenPolicy) => void;
  readonly save: (policy: TokenPolicy) => Promise<void>;
}

/** Holds the draft while a person edits it. */
function useUnsavedPolicy(saved: TokenPolicy, action: Action): UnsavedPolicy {
  const organization = useOrganization();
  const roles = useInstance().roles.map(({ name }) => name);
  const [base, setBase] = useState(saved);
  const [draft, setDraft] = useState(() => draftOf(saved));
  const [receipt, setReceipt] = useState<PolicyChange["receipt"] | null>(null);
  const queryClient = useQueryClient();
  const changed = isChanged(draft, base, roles);

  // Another person saved a policy. An unchanged form loads it, and a changed form shows a warning.
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

  return { base, draft, setDraft, changed, receipt, load, save };
}

// The foot of the form. It stays in view while there are unsaved changes, and shows what saving would break.

interface SaveBarProps {
  readonly changed: boolean;
  /** Whether another person has saved a policy since this form was loaded. */
  readonly stale: boolean;
  readonly isDefault: boolean;
  readonly busy: boolean;
  readonly counts: PolicyPreview["counts"];
  /** The effect on AI clients, or `null`. */
  readonly mcpLoss: string | null;
  readonly onReset: () => void;
  readonly onDiscard: () => void;
}

export function SaveBar(props: SaveBarProps): ReactElement {
  const { changed, stale, isDefault, busy, counts, mcpLoss, onReset, onDiscard } = props;
  return (
    <div
      className={classNames(
        "flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line py-4",
        changed && "sticky bottom-0 z-10 bg-canvas",
      )}
    >
      <p className="min-w-0 grow basis-56 text-[0.8125rem] text-soft">
        {changed ? (
          <>
            <span className="font-medium text-ink">Not saved yet.</span>{" "}
            {stale && "Another person has changed the policy in the meantime. Saving replaces their version. "}
            {counts && breakageText(counts)} {mcpLoss}
          </>
        ) : (
          "All changes are saved."
        )}
      </p>
      <div className="flex flex-wrap gap-2">
        {!isDefault && (
          <Button kind="quiet" onClick={onReset}>
            Reset to default
          </Button>
        )}
        {changed && <Button onClick={onDiscard}>{stale ? "Load theirs" : "Discard"}</Button>}
        <Button type="submit" kind="primary" busy={busy}>
          Save policy
        </Button>
      </div>
    </div>
  );
}

/** Shows since when the policy is in force. It scrolls into view, since the button is at the other end of the page. */
export function PolicyReceipt({ receipt }: { readonly receipt: PolicyChange["receipt"] }): ReactElement {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    place.current?.focus();
  }, []);
  return (
    <div ref={place} tabIndex={-1} className="scroll-mt-24 outline-none">
      <Callout tone="good" live="status" title="The token policy is saved and in force everywhere.">
        <p>
          Since <Time at={receipt.at} as="date-time" />, it applies to every use of a token or API key.
          {confirmedBy(receipt)} The audit log records the change with the previous policy.
        </p>
      </Callout>
    </div>
  );
}
