// The retention of the organization's log, and the dialog that changes it.
import { DAY_MS, isShorter, RETENTION_NOTICE_MS } from "@mintmark/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { auditRetentionQuery, setAuditRetention } from "../../api/audit.ts";
import type { AuditRetention } from "../../api/types.ts";
import { can } from "../../session/permission.ts";
import { useOrganization } from "../../session/use-session.ts";
import { useAnnounce } from "../../ui/announcer.tsx";
import { Button } from "../../ui/button.tsx";
import { Callout } from "../../ui/callout.tsx";
import { Dialog, DialogActions } from "../../ui/dialog.tsx";
import { SelectField } from "../../ui/field.tsx";
import { Form } from "../../ui/form.tsx";
import { isolated } from "../../ui/text.ts";
import { useNow } from "../../ui/time-view.tsx";
import { useAction } from "../../ui/use-action.ts";
import { daysChoices, isPending, keptFor, pendingText, retentionText } from "./retention-text.ts";

export function Retention(): ReactElement | null {
  const organization = useOrganization();
  const { data } = useQuery(auditRetentionQuery(organization.id));
  const [open, setOpen] = useState(false);
  const now = useNow();
  // The placeholder is as tall as the sentence.
  if (data === undefined) return <p className="min-h-8" />;
  return (
    <div className="flex min-h-8 flex-wrap items-center gap-x-3 gap-y-1 text-soft">
      <p>
        {retentionText(data)} {isPending(data, now) && pendingText(data)}
      </p>
      {can(organization, "policy:write") && (
        <Button size="small" kind="quiet" onClick={() => setOpen(true)}>
          Change retention
        </Button>
      )}
      <RetentionDialog open={open} retention={data} onClose={() => setOpen(false)} />
    </div>
  );
}

interface RetentionDialogProps {
  readonly open: boolean;
  readonly retention: AuditRetention;
  readonly onClose: () => void;
}

function RetentionDialog({ open, retention, onClose }: RetentionDialogProps): ReactElement {
  const organization = useOrganization();
  const action = useAction();
  const announce = useAnnounce();
  const queryClient = useQueryClient();
  const [chosen, setChosen] = useState(String(retention.days ?? ""));
  const days = chosen === "" ? null : Number(chosen);
  const next = days ?? retention.instanceDays;

  function close(): void {
    action.reset();
    setChosen(String(retention.days ?? ""));
    onClose();
  }

  async function save(): Promise<void> {
    const saved = await setAuditRetention(organization.id, days);
    queryClient.setQueryData(auditRetentionQuery(organization.id).queryKey, saved);
    void queryClient.invalidateQueries({ queryKey: ["organizations", organization.id, "audit-events"] });
    announce("The retention is saved.");
    onClose();
  }

  return (
    <Dialog
      open={open}
      onClose={close}
      title="How long events are kept"
      lead={`The audit log of ${isolated(organization.name)}. Older events are deleted, and the log records how many.`}
    >
      <Form action={action} fields={["days"]} onSubmit={save}>
        <SelectField
          label="Keep events for"
          value={chosen}
          error={action.fieldErrors["days"]}
          onChange={(event) => setChosen(event.currentTarget.value)}
        >
          <option value="">The default of the instance: {keptFor(retention.instanceDays)}</option>
          {daysChoices(retention.days).map((choice) => (
            <option key={choice} value={choice}>
              {keptFor(choice)}
            </option>
          ))}
        </SelectField>
        {isShorter(next, retention.inForceDays) && (
          <Callout tone="warning" title="Events will be deleted for good">
            {RETENTION_NOTICE_MS / DAY_MS} days after you save, events older than {keptFor(next)} are deleted. Until
            then, anyone who sees this change in the log can ask to undo it. Export the log first if you may need it.
          </Callout>
        )}
        <DialogActions>
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" kind="primary" busy={action.pending}>
            Save
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
