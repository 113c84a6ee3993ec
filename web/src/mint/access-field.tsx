// What a token may do: everything its owner's role may, what only reads, or a list.
import type { ReactElement } from "react";
import type { OrganizationMembership } from "../api/types.ts";
import { PermissionPicker } from "../credential/permission-picker.tsx";
import { Choice } from "../ui/field.tsx";
import { Notice } from "../ui/notice.tsx";
import type { MintDraft, MintRules } from "./mint-form.ts";
import { isolated } from "../ui/isolated.ts";

interface AccessFieldProps {
  readonly organization: OrganizationMembership;
  readonly draft: MintDraft;
  readonly rules: MintRules;
  /** Permissions that a link asked for and that cannot be given here. */
  readonly missing: readonly string[];
  readonly error?: string | undefined;
  readonly onChange: (change: Pick<Partial<MintDraft>, "access" | "permissions">) => void;
}

export function AccessField({ organization, draft, rules, missing, error, onChange }: AccessFieldProps): ReactElement {
  return (
    <div className="grid gap-3">
      <fieldset>
        <legend className="mb-1 font-medium">Permissions</legend>
        <Choice
          type="radio"
          name="access"
          value="role"
          label="Whole role"
          hint={`It may do what you may do in ${isolated(organization.name)}, at every moment: when your role changes, it changes with you.`}
          checked={draft.access === "role"}
          onChange={() => onChange({ access: "role" })}
        />
        <Choice
          type="radio"
          name="access"
          value="read-only"
          label="Read only"
          hint="It may see what you may see now, and change nothing."
          checked={draft.access === "read-only"}
          onChange={() => onChange({ access: "read-only" })}
        />
        <Choice
          type="radio"
          name="access"
          value="list"
          label="Chosen permissions only"
          hint="It never gains more than you choose now, even if your role does."
          checked={draft.access === "list"}
          onChange={() => onChange({ access: "list" })}
        />
      </fieldset>
      {rules.ceilingNote && <Notice>{rules.ceilingNote}</Notice>}
      {missing.length > 0 && (
        <Notice tone="warning" title="The link asks for more than you can give here">
          Left out: <span className="font-mono text-[0.8125rem]">{missing.join(", ")}</span>. Choose another
          organization, or go on without.
        </Notice>
      )}
      {draft.access === "list" && (
        <PermissionPicker
          label="Chosen permissions"
          available={rules.available}
          chosen={draft.permissions}
          onChange={(permissions) => onChange({ permissions })}
          error={error}
        />
      )}
    </div>
  );
}
