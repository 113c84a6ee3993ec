import { LastUse } from "../../credential/last-use.tsx";
import { useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { type ReactElement, useState } from "react";
import { offboardingReceiptQuery, offboardMember } from "../../api/member.ts";
import { incompleteForm } from "../../api/problem.ts";
import type { OffboardingKey, OffboardingPreview } from "../../api/types.ts";
import { summarizePermissions } from "../../credential/permission-choice.ts";
import { useOrganization } from "../../session/use-session.ts";
import { useAnnounce } from "../../ui/announcer.tsx";
import { Button, buttonClass } from "../../ui/button.tsx";
import { Callout } from "../../ui/callout.tsx";
import { Choice, TextField } from "../../ui/field.tsx";
import { Form } from "../../ui/form.tsx";
import { isolated } from "../../ui/text.ts";
import { useAction } from "../../ui/use-action.ts";
import { countOf, submitLabel, splitKeys } from "./member-text.ts";

/** The choice of API keys, the typed confirmation, and the button. */
export function OffboardingForm({ preview }: { readonly preview: OffboardingPreview }): ReactElement {
  const { mode, member } = preview;
  const organization = useOrganization();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const offboard = useOffboard(preview);
  const action = useAction();
  const { name, email } = member.user;
  // Only keys that still exist: the list may have been refreshed since the choice.
  const keys = (preview.apiKeys.items ?? []).filter(({ id }) => chosen.has(id)).map(({ id }) => id);

  async function submit(values: { text(field: string): string }): Promise<void> {
    if (values.text("confirmation").trim().toLowerCase() !== email.toLowerCase()) {
      throw incompleteForm([{ field: "confirmation", message: `Type ${email} to confirm.` }]);
    }
    await offboard(keys);
  }

  return (
    <Form
      action={action}
      fields={["confirmation"]}
      label={submitLabel(mode, 0)}
      className="grid gap-8"
      onSubmit={submit}
    >
      <section aria-labelledby="keys-heading" className="grid gap-3">
        <div className="grid gap-1">
          <h2 id="keys-heading" className="text-[0.9375rem] font-semibold">
            API keys keep working
          </h2>
          <p className="max-w-[62ch] text-soft">
            They belong to <bdi>{organization.name}</bdi>, not to <bdi>{name}</bdi>. Choose the keys to revoke at the
            same time. Programs that use them stop working.
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
            {submitLabel(mode, keys.length)}
          </Button>
          <Link to="/organization/members" className={buttonClass()}>
            Cancel
          </Link>
        </div>
      </section>
    </Form>
  );
}

/** Removes or suspends the member and revokes the keys, then opens the receipt. */
function useOffboard({ mode, member }: OffboardingPreview): (revokeApiKeys: readonly string[]) => Promise<void> {
  const organization = useOrganization();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const announce = useAnnounce();
  return async (revokeApiKeys) => {
    const input = { organizationId: organization.id, membershipId: member.id, revokeApiKeys };
    const offboarding = await offboardMember(mode, input).catch(async (error: unknown) => {
      await queryClient.invalidateQueries({ queryKey: ["organizations", organization.id, "members"] });
      throw error;
    });
    if (offboarding !== null) {
      const receipt = offboardingReceiptQuery(organization.id, offboarding.auditEventId);
      queryClient.setQueryData(receipt.queryKey, offboarding);
    }
    announce(
      `${isolated(member.user.name)} is ${mode === "remove" ? "removed" : "suspended"}. Their tokens here are refused everywhere.`,
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
  };
}

interface KeyChoiceProps {
  readonly preview: OffboardingPreview;
  readonly chosen: ReadonlySet<string>;
  readonly onChange: (chosen: ReadonlySet<string>) => void;
}

/** The API keys that stay, each with a box to revoke it. None is checked by default. */
function KeyChoice({ preview, chosen, onChange }: KeyChoiceProps): ReactElement {
  const { apiKeys, member } = preview;
  const { name } = member.user;
  const { own, others } = splitKeys(apiKeys.items ?? []);
  const left = apiKeys.count - own.length - others.length;
  function toggle(id: string): void {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    onChange(next);
  }
  const list = (keys: readonly OffboardingKey[]): ReactElement[] =>
    keys.map((key) => (
      <KeyRow
        key={key.id}
        apiKey={key}
        checked={chosen.has(key.id)}
        onToggle={apiKeys.revocable ? () => toggle(key.id) : null}
      />
    ));
  if (apiKeys.count === 0) return <p className="text-soft">The organization has no active API key.</p>;
  return (
    <div className="grid gap-4">
      {apiKeys.items === null ? (
        <p className="text-soft">
          {countOf(apiKeys.count, "API key")} {apiKeys.count === 1 ? "keeps" : "keep"} working, {apiKeys.countOfMember}{" "}
          of them made by <bdi>{name}</bdi>. Your role may not see them.
        </p>
      ) : (
        !apiKeys.revocable && (
          <Callout>Your role may not revoke API keys. Ask an owner or admin to look at these.</Callout>
        )
      )}
      {own.length > 0 && (
        <KeyGroup label={`Made by ${name}, who may hold the secret`} strong>
          {list(own)}
        </KeyGroup>
      )}
      {others.length > 0 && <KeyGroup label="Made by other people">{list(others)}</KeyGroup>}
      {apiKeys.items !== null && left > 0 && <p className="text-soft">And {countOf(left, "more key")}.</p>}
    </div>
  );
}

function KeyGroup({
  label,
  strong = false,
  children,
}: {
  readonly label: string;
  readonly strong?: boolean;
  readonly children: ReactElement[];
}): ReactElement {
  return (
    <fieldset className="grid gap-2">
      <legend className={strong ? "mb-2 font-medium text-brass" : "mb-2 font-medium"}>{label}</legend>
      <div className="divide-y divide-line rounded-panel border border-line bg-surface px-4">{children}</div>
    </fieldset>
  );
}

interface KeyRowProps {
  readonly apiKey: OffboardingKey;
  readonly checked: boolean;
  /** `null` when the person may not revoke keys. */
  readonly onToggle: (() => void) | null;
}

function KeyRow({ apiKey, checked, onToggle }: KeyRowProps): ReactElement {
  const facts = (
    <>
      <span className="font-mono">{apiKey.prefix}…</span> · {apiKey.role} · {summarizePermissions(apiKey.permissions)} ·{" "}
      <LastUse of={apiKey} inSentence />
      {!apiKey.createdByMember && (
        <>
          {" "}
          · made by <bdi>{apiKey.createdBy.name}</bdi>
        </>
      )}
    </>
  );
  if (onToggle === null) {
    return (
      <div className="py-3 text-[0.8125rem] text-soft">
        <p className="text-sm font-medium wrap-anywhere text-ink">
          <bdi>{apiKey.name}</bdi>
        </p>
        {facts}
      </div>
    );
  }
  return (
    <Choice
      className="py-3"
      checked={checked}
      onChange={onToggle}
      label={<bdi className="font-medium wrap-anywhere">Revoke {apiKey.name}</bdi>}
      hint={facts}
    />
  );
}
