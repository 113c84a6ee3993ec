// The setting that lets people with an address at a domain join by themselves.
import { emailDomain, OWNER_ROLE, readableAddress } from "@mintmark/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactElement } from "react";
import { clearDomainJoining, domainJoiningQuery, setDomainJoining } from "../../api/invitation.ts";
import type { OrganizationMembership } from "../../api/types.ts";
import { can, grantableRoles } from "../../session/permission.ts";
import { useDirectoryHost } from "../../session/host.tsx";
import { useInstance, useSession } from "../../session/use-session.ts";
import { useAnnounce } from "../../ui/announcer.tsx";
import { Button, buttonClass } from "../../ui/button.tsx";
import { Callout } from "../../ui/callout.tsx";
import { useConfirmedAction } from "../../ui/dialog.tsx";
import { SelectField, TextField } from "../../ui/field.tsx";
import { Form } from "../../ui/form.tsx";
import { Section } from "../../ui/page.tsx";
import { LoadingRows } from "../../ui/placeholder.tsx";
import { QueryView } from "../../ui/query-view.tsx";
import { useAction } from "../../ui/use-action.ts";

interface DomainJoiningProps {
  readonly organization: OrganizationMembership;
}

export function DomainJoiningSection({ organization }: DomainJoiningProps): ReactElement | null {
  const joining = useQuery(domainJoiningQuery(organization.id));
  const allowed = can(organization, "organization:write");
  const host = useDirectoryHost();
  if (organization.personal) return null;
  // Where the host manages people, an earlier setting can only be cleared.
  if (host !== null && (joining.data ?? null) === null) return null;
  return (
    <Section
      title="Joining by domain"
      lead="Anyone with a confirmed address at your domain may join without an invitation. It is off by default."
    >
      <QueryView query={joining} loading={<LoadingRows rows={1} />}>
        {(present) =>
          present === null ? (
            allowed ? (
              <OpenToDomain organization={organization} />
            ) : (
              <p>Off. People join only by invitation.</p>
            )
          ) : (
            <Opened organization={organization} joining={present} allowed={allowed} />
          )
        }
      </QueryView>
    </Section>
  );
}

function OpenToDomain({ organization }: DomainJoiningProps): ReactElement {
  const { user } = useSession();
  const { mail, roles } = useInstance();
  const action = useAction();
  const announce = useAnnounce();
  const queryClient = useQueryClient();
  const choices = grantableRoles(roles, organization.permissions).filter(({ name }) => name !== OWNER_ROLE);
  if (!user.emailVerified) return <AddressNotConfirmed mail={mail} />;
  return (
    <Form
      action={action}
      fields={["domain", "role"]}
      label="Joining by domain"
      onSubmit={async (values) => {
        await setDomainJoining(organization.id, { domain: values.text("domain"), role: values.text("role") });
        await queryClient.invalidateQueries({ queryKey: domainJoiningQuery(organization.id).queryKey });
        announce("People at your domain can join now.");
      }}
    >
      <TextField
        label="Domain"
        name="domain"
        required
        maxLength={253}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        defaultValue={readableAddress(emailDomain(user.email))}
        hint="The domain of your confirmed address. Domains where anyone can get an address are refused."
        error={action.fieldErrors["domain"]}
      />
      <SelectField
        label="They become"
        name="role"
        defaultValue={choices.find(({ name }) => name === "viewer")?.name}
        hint="You can change the role of each person afterwards."
        error={action.fieldErrors["role"]}
      >
        {choices.map(({ name }) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </SelectField>
      <div>
        <Button type="submit" busy={action.pending}>
          Let them join
        </Button>
      </div>
    </Form>
  );
}

function AddressNotConfirmed({ mail }: { readonly mail: boolean }): ReactElement {
  return (
    <Callout title="Your own address must be confirmed">
      {mail ? (
        <>
          After you confirm your address, you can open the organization to its domain.
          <div className="mt-2.5">
            <Link to="/settings/profile" className={buttonClass("secondary", "small")}>
              Go to your profile
            </Link>
          </div>
        </>
      ) : (
        "A confirmation needs email, which this server does not send. Ask an instance admin to set it up."
      )}
    </Callout>
  );
}

interface OpenedProps extends DomainJoiningProps {
  readonly joining: { readonly domain: string; readonly role: string; readonly open: boolean };
  readonly allowed: boolean;
}

function Opened({ organization, joining, allowed }: OpenedProps): ReactElement {
  const { ask, dialog } = useConfirmedAction();
  const announce = useAnnounce();
  const queryClient = useQueryClient();
  const { domain, role, open } = joining;
  const refresh = (): Promise<void> =>
    queryClient.invalidateQueries({ queryKey: domainJoiningQuery(organization.id).queryKey });
  function askToTurnOn(): void {
    ask({
      title: "Turn joining by domain on again?",
      confirmLabel: "Turn on again",
      danger: false,
      body: (
        <p className="wrap-anywhere">
          Anyone with a confirmed address at {readableAddress(domain)} can then join with the role {role}, for as long
          as you may give that role.
        </p>
      ),
      work: async () => {
        await setDomainJoining(organization.id, { domain, role });
        await refresh();
        announce("People at your domain can join now.");
      },
    });
  }
  function askToTurnOff(): void {
    ask({
      title: "Turn joining by domain off?",
      confirmLabel: "Turn off",
      danger: false,
      body: <p>People then join only by invitation. People who have joined stay.</p>,
      work: async () => {
        await clearDomainJoining(organization.id);
        await refresh();
        announce("Joining by domain is off.");
      },
    });
  }
  return (
    <div className="grid justify-items-start gap-4">
      <p className="wrap-anywhere">
        Anyone with a confirmed address at <strong className="font-semibold">{readableAddress(domain)}</strong> can join
        with the role <strong className="font-semibold">{role}</strong>. People you remove cannot come back this way.
      </p>
      {!open && (
        <Callout title="Nobody can join this way right now">
          The person who turned it on may no longer do so.{" "}
          {allowed ? "Turn it on again, or off." : "An owner or admin can turn it on again."}
        </Callout>
      )}
      {allowed && (
        <div className="flex flex-wrap gap-2">
          {!open && <Button onClick={askToTurnOn}>Turn on again</Button>}
          <Button onClick={askToTurnOff}>Turn off</Button>
        </div>
      )}
      {dialog}
    </div>
  );
}
