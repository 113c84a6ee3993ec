import type { ReactElement } from "react";
import type { AffectedCredential, PolicyPreview, TokenPolicy } from "../../api/types.ts";
import { useSession } from "../../session/use-session.ts";
import { ConfirmDialog } from "../../ui/dialog.tsx";
import { Time } from "../../ui/time-view.tsx";
import { breakageText } from "./preview-text.ts";

const NAMED = 5;

interface BreakageDialogProps {
  readonly confirming: { readonly policy: TokenPolicy; readonly preview: PolicyPreview | null } | null;
  readonly onCancel: () => void;
  readonly onConfirm: (policy: TokenPolicy) => void;
}

/** Asks before a policy is saved that breaks something: how much, and the first by name. */
export function BreakageDialog({ confirming, onCancel, onConfirm }: BreakageDialogProps): ReactElement {
  const { organization } = useSession();
  const preview = confirming?.preview ?? null;
  return (
    <ConfirmDialog
      open={confirming !== null}
      title="Tighten the policy?"
      confirmLabel="Save policy"
      onCancel={onCancel}
      onConfirm={() => {
        if (confirming !== null) onConfirm(confirming.policy);
      }}
    >
      {preview?.counts ? (
        <p className="font-medium text-ink">{breakageText(preview.counts)}</p>
      ) : (
        <p>
          Your role does not show which tokens and API keys of <bdi>{organization.name}</bdi> break the new rules.
        </p>
      )}
      {preview !== null && preview.items.length > 0 && <Named items={preview.items} />}
      <p>
        It holds at once, at their next use. Nothing is revoked: what stops working is shown as blocked, and all of it
        comes back if the policy is loosened.
      </p>
    </ConfirmDialog>
  );
}

function Named({ items }: { readonly items: readonly AffectedCredential[] }): ReactElement {
  return (
    <ul className="grid gap-1 text-[0.8125rem]">
      {items.slice(0, NAMED).map((credential) => (
        <li key={credential.id}>
          <bdi className="font-medium text-ink">{credential.name}</bdi>, <bdi>{credential.owner.name}</bdi>,{" "}
          {credential.lastUsedAt === null ? (
            "never used"
          ) : (
            <>
              used <Time at={credential.lastUsedAt} />
            </>
          )}
        </li>
      ))}
      {items.length > NAMED && <li>… and more, listed on the page.</li>}
    </ul>
  );
}
