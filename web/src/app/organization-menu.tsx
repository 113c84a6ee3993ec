// The active organization, with a menu to switch to another one or create one.
import { NAME_MAX_LENGTH } from "@mintmark/core";
import { Building2, ChevronsUpDown, CircleUserRound, Plus } from "lucide-react";
import { type ReactElement, useState } from "react";
import { createOrganization } from "../api/organization.ts";
import type { OrganizationMembership } from "../api/types.ts";
import { useDirectoryHost } from "../session/host.tsx";
import { useOrganizations, useSession } from "../session/use-session.ts";
import { TextField } from "../ui/field.tsx";
import { FormDialog } from "../ui/form-dialog.tsx";
import { Menu, MenuChoices, MenuItem, MenuSeparator } from "../ui/menu.tsx";
import { useSwitchOrganization } from "./frame-actions.ts";

export function OrganizationMenu(): ReactElement | null {
  const session = useSession();
  const organizations = useOrganizations();
  const [creating, setCreating] = useState(false);
  const switchTo = useSwitchOrganization();
  const { organization } = session;
  const host = useDirectoryHost();
  if (organization === null) return null;
  const Icon = organization.personal ? CircleUserRound : Building2;
  return (
    <>
      <span className="mx-0.5 text-line select-none" aria-hidden="true">
        /
      </span>
      <Menu
        align="start"
        button={
          <button
            type="button"
            className="flex h-9 min-w-0 items-center gap-2 rounded-control px-2 font-medium hover:bg-sunken aria-expanded:bg-sunken"
          >
            <Icon className="size-4 shrink-0 text-faint" aria-hidden="true" />
            <span className="sr-only">Organization: </span>
            <bdi className="truncate">{organization.name}</bdi>
            <ChevronsUpDown className="size-3.5 shrink-0 text-faint" aria-hidden="true" />
          </button>
        }
      >
        <MenuChoices
          chosen={organization.id}
          onChoose={(id) => void switchTo(id)}
          choices={organizations.map((one) => ({ value: one.id, label: <OrganizationLabel organization={one} /> }))}
        />
        {host === null && (
          <>
            <MenuSeparator />
            <MenuItem icon={<Plus aria-hidden="true" />} onSelect={() => setCreating(true)}>
              Create organization
            </MenuItem>
          </>
        )}
      </Menu>
      <CreateOrganizationDialog
        open={creating}
        onClose={() => setCreating(false)}
        onCreated={(id) => {
          setCreating(false);
          void switchTo(id);
        }}
      />
    </>
  );
}

function OrganizationLabel({ organization }: { readonly organization: OrganizationMembership }): ReactElement {
  const { name, personal, role, state } = organization;
  return (
    <>
      <bdi className="min-w-0 grow truncate">{name}</bdi>
      <span className="shrink-0 pl-3 text-xs text-soft">
        {state === "suspended" ? "suspended" : personal ? "only you" : role}
      </span>
    </>
  );
}

interface CreateOrganizationDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onCreated: (id: string) => void;
}

export function CreateOrganizationDialog({ open, onClose, onCreated }: CreateOrganizationDialogProps): ReactElement {
  return (
    <FormDialog
      open={open}
      onClose={onClose}
      title="Create organization"
      lead="You become its owner and can invite other people. Tokens minted in it have no authority anywhere else."
      fields={["name"]}
      submitLabel="Create organization"
      onSubmit={async (values) => onCreated((await createOrganization(values.text("name"))).id)}
    >
      {(errors) => (
        <TextField
          label="Name"
          name="name"
          required
          maxLength={NAME_MAX_LENGTH}
          autoComplete="organization"
          error={errors["name"]}
        />
      )}
    </FormDialog>
  );
}
