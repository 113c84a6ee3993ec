// The name and id of the organization, joining by domain, and deletion. Rule: deletion needs the typed name and a
// recent password. Deliberately absent: members, keys and policy, which have their own pages, and leaving, which is on
// the members page.
import { NAME_MAX_LENGTH } from "@mintmark/core";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type ReactElement, useRef, useState } from "react";
import { deleteOrganization, renameOrganization } from "../../api/organization.ts";
import { incompleteForm } from "../../api/problem.ts";
import { sessionQuery } from "../../api/session.ts";
import type { OrganizationMembership } from "../../api/types.ts";
import { can } from "../../session/permission.ts";
import { RequirePermission } from "../../session/require-permission.tsx";
import { ManagedByHost, useKeeper } from "../../session/host.tsx";
import { useOrganization } from "../../session/use-session.ts";
import { useAnnounce } from "../../ui/announcer.tsx";
import { Button } from "../../ui/button.tsx";
import { Callout } from "../../ui/callout.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { TextField } from "../../ui/field.tsx";
import { Form } from "../../ui/form.tsx";
import { FormDialog } from "../../ui/form-dialog.tsx";
import { Page, Section } from "../../ui/page.tsx";
import { isolated } from "../../ui/text.ts";
import { useAction } from "../../ui/use-action.ts";
import { DomainJoiningSection } from "./domain-joining-section.tsx";

const TITLE = "Organization settings";

export function OrganizationPage(): ReactElement {
  const organization = useOrganization();
  const keeper = useKeeper(organization);
  return (
    <RequirePermission permission="organization:read" title={TITLE}>
      <Page title={TITLE} lead={`The name of ${isolated(organization.name)}, who may join it, and its deletion.`}>
        <div className="grid gap-8">
          {keeper !== null && (
            <ManagedByHost host={keeper} what="the name of this organization, who is in it, and its end" />
          )}
          <NameSection key={organization.id} organization={organization} />
          <Section title="Id" lead="Services identify the organization by its id, which never changes.">
            <div className="flex flex-wrap items-center gap-2">
              <code className="font-mono text-[0.8125rem] break-all">{organization.id}</code>
              <CopyButton text={organization.id} what="organization id" size="small" />
            </div>
          </Section>
          <DomainJoiningSection key={`joining-${organization.id}`} organization={organization} />
          <DeleteSection organization={organization} />
        </div>
      </Page>
    </RequirePermission>
  );
}

function NameSection({ organization }: { readonly organization: OrganizationMembership }): ReactElement {
  const action = useAction();
  const announce = useAnnounce();
  const queryClient = useQueryClient();
  const keeper = useKeeper(organization);
  const allowed = can(organization, "organization:write") && keeper === null;
  return (
    <Section title="Name" lead="Everyone in the organization sees it.">
      <Form
        action={action}
        fields={["name"]}
        label="Name"
        onSubmit={async (values) => {
          await renameOrganization(organization.id, values.text("name"));
          await queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey });
          announce("The name is saved.");
        }}
      >
        <TextField
          label="Organization name"
          name="name"
          required
          maxLength={NAME_MAX_LENGTH}
          autoComplete="off"
          readOnly={!allowed}
          defaultValue={organization.name}
          error={action.fieldErrors["name"]}
          hint={
            keeper !== null
              ? `Change it in ${isolated(keeper.name)}.`
              : allowed
                ? undefined
                : "Changing it needs the permission organization:write."
          }
        />
        {allowed && (
          <div>
            <Button type="submit" busy={action.pending}>
              Save name
            </Button>
          </div>
        )}
      </Form>
    </Section>
  );
}

function DeleteSection({ organization }: { readonly organization: OrganizationMembership }): ReactElement | null {
  const [open, setOpen] = useState(false);
  const keeper = useKeeper(organization);
  if (keeper !== null) return null;
  if (organization.personal) {
    return (
      <Section title="Delete organization">
        <Callout>This is your personal organization. It is deleted only with your account.</Callout>
      </Section>
    );
  }
  if (!can(organization, "organization:delete")) return null;
  return (
    <Section title="Delete organization" danger lead="This is permanent and cannot be undone.">
      <div className="grid justify-items-start gap-4">
        <p className="wrap-anywhere">
          Every member's tokens in <bdi>{organization.name}</bdi> and all its API keys stop working at once. Members
          keep their accounts and their tokens elsewhere.
        </p>
        <Button kind="danger" onClick={() => setOpen(true)}>
          Delete organization
        </Button>
      </div>
      <DeleteDialog organization={organization} open={open} onClose={() => setOpen(false)} />
    </Section>
  );
}

interface DeleteDialogProps {
  readonly organization: OrganizationMembership;
  readonly open: boolean;
  readonly onClose: () => void;
}

function DeleteDialog({ organization, open, onClose }: DeleteDialogProps): ReactElement {
  const typed = useRef<HTMLInputElement>(null);
  const announce = useAnnounce();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  async function remove(name: string): Promise<void> {
    if (name.trim() !== organization.name)
      throw incompleteForm([{ field: "name", message: `Type the name exactly: ${isolated(organization.name)}` }]);
    await deleteOrganization(organization.id, name.trim());
    // The session now acts in another organization. Load it before anything is drawn.
    await queryClient.fetchQuery({ ...sessionQuery, staleTime: 0 });
    queryClient.removeQueries({ queryKey: ["organizations", organization.id] });
    announce(`${isolated(organization.name)} is deleted. Its tokens and keys are refused everywhere.`);
    onClose();
    await navigate({ to: "/settings/tokens" });
  }
  return (
    <FormDialog
      open={open}
      onClose={onClose}
      title={`Delete ${isolated(organization.name)}?`}
      lead="All its tokens and API keys are revoked. This cannot be undone."
      initialFocus={typed}
      fields={["name"]}
      submitLabel="Delete organization"
      cancelLabel="Keep it"
      danger
      onSubmit={(values) => remove(values.text("name"))}
    >
      {(errors) => (
        <TextField
          ref={typed}
          label={`Type “${organization.name}” to confirm`}
          name="name"
          required
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          error={errors["name"]}
        />
      )}
    </FormDialog>
  );
}
