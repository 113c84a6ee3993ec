import { useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { type ReactElement, useState } from "react";
import { offboardingReceiptQuery, offboardMember } from "../../api/offboarding.ts";
import { incompleteForm } from "../../api/problem.ts";
import type { OffboardingPreview } from "../../api/types.ts";
import { useSession } from "../../session/use-session.ts";
import { useAnnounce } from "../../ui/announcer.tsx";
import { Button, buttonClass } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { Form } from "../../ui/form.tsx";
import { useAction } from "../../ui/use-action.ts";
import { KeyChoice } from "./key-choice.tsx";
import { deedLabel } from "./offboarding-text.ts";
import { isolated } from "../../ui/isolated.ts";

/** The keys to revoke with it, the typed confirmation, and the deed. */
export function OffboardingForm({ preview }: { readonly preview: OffboardingPreview }): ReactElement {
  const { mode, member } = preview;
  const { organization } = useSession();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const announce = useAnnounce();
  const action = useAction();
  const { name, email } = member.user;
  // Only keys that are still there: the list may have been read again since they were ticked.
  const keys = (preview.apiKeys.items ?? []).filter(({ id }) => chosen.has(id)).map(({ id }) => id);

  async function submit(values: { text(field: string): string }): Promise<void> {
    if (values.text("confirmation").trim().toLowerCase() !== email.toLowerCase()) {
      throw incompleteForm([{ field: "confirmation", message: `Type ${email} to confirm.` }]);
    }
    const input = { organizationId: organization.id, membershipId: member.id, revokeApiKeys: keys };
    const offboarding = await offboardMember(mode, input).catch(async (error: unknown) => {
      await queryClient.invalidateQueries({ queryKey: ["organizations", organization.id, "members"] });
      throw error;
    });
    if (offboarding !== null) {
      const receipt = offboardingReceiptQuery(organization.id, offboarding.auditEventId);
      queryClient.setQueryData(receipt.queryKey, offboarding);
    }
    announce(
      `${isolated(name)} is ${mode === "remove" ? "removed" : "suspended"}. Their tokens here are refused everywhere.`,
    );
    await (offboarding === null
      ? navigate({ to: "/organization/members" })
      : navigate({
          to: "/organization/members/receipts/$eventId",
          params: { eventId: offboarding.auditEventId },
          replace: true,
        }));
    for (const key of ["members", "api-keys", "invitations", "personal-access-tokens"]) {
      void queryClient.invalidateQueries({ queryKey: ["organizations", organization.id, key], refetchType: "none" });
    }
  }

  return (
    <Form action={action} fields={["confirmation"]} label={deedLabel(mode, 0)} className="grid gap-8" onSubmit={submit}>
      <section aria-labelledby="keys-heading" className="grid gap-3">
        <div className="grid gap-1">
          <h2 id="keys-heading" className="text-[0.9375rem] font-semibold">
            API keys go on working
          </h2>
          <p className="max-w-[62ch] text-soft">
            They belong to <bdi>{organization.name}</bdi>, not to <bdi>{name}</bdi>. Tick those to revoke in the same
            moment; whatever uses them stops.
          </p>
        </div>
        <KeyChoice preview={preview} chosen={chosen} onChange={setChosen} />
      </section>
      <section className="grid gap-4 border-t border-line pt-6">
        <TextField
          className="max-w-96"
          label={`Type ${email} to confirm`}
          name="confirmation"
          required
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          error={action.fieldErrors["confirmation"]}
        />
        <div className="flex flex-wrap gap-2">
          <Button type="submit" kind="danger" busy={action.pending}>
            {deedLabel(mode, keys.length)}
          </Button>
          <Link to="/organization/members" className={buttonClass()}>
            Cancel
          </Link>
        </div>
      </section>
    </Form>
  );
}
