// One organization, as an instance admin sees it: its facts, its owners, and the appointment of an owner.
import { readableAddress } from "@mintmark/core";
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { UserPlus } from "lucide-react";
import { type ReactElement, type RefObject, useDeferredValue, useRef, useState } from "react";
import {
  ADMIN_ORGANIZATIONS,
  ADMIN_USERS,
  adminOrganizationQuery,
  adminUserMatchesQuery,
  appointOwner,
} from "../../api/admin.ts";
import { sessionQuery } from "../../api/session.ts";
import type { AdminOrganizationDetail, AdminUser } from "../../api/types.ts";
import { RequireInstanceAdmin } from "../../session/require-permission.tsx";
import { useDirectoryHost } from "../../session/host.tsx";
import { useSession } from "../../session/use-session.ts";
import { useAnnounce } from "../../ui/announcer.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button, buttonClass } from "../../ui/button.tsx";
import { Callout, ProblemCallout } from "../../ui/callout.tsx";
import { Dialog, DialogActions } from "../../ui/dialog.tsx";
import { Fact, Facts, IdFact } from "../../ui/facts.tsx";
import { Choice, TextField } from "../../ui/field.tsx";
import { BackLink, Page } from "../../ui/page.tsx";
import { QueryView } from "../../ui/query-view.tsx";
import { Row, Rows } from "../../ui/rows.tsx";
import { counted, isolated } from "../../ui/text.ts";
import { Time } from "../../ui/time-view.tsx";
import { useAction } from "../../ui/use-action.ts";
import { isOwnerless, OrganizationBadges } from "./organizations-page.tsx";

const TITLE = "Organization";

export function AdminOrganizationPage(): ReactElement {
  return (
    <RequireInstanceAdmin title={TITLE}>
      <Organization />
    </RequireInstanceAdmin>
  );
}

function Organization(): ReactElement {
  const { organizationId } = useParams({ from: "/shell/admin/organizations/$organizationId" });
  const organization = useQuery(adminOrganizationQuery(organizationId));
  return (
    <Page
      title={organization.data?.name ?? TITLE}
      lead={organization.data && leadOf(organization.data)}
      before={<BackLink to="/admin/organizations">Organizations</BackLink>}
      // Drawn after the name has loaded, since a long name would move them.
      action={organization.data && <WaysOn organizationId={organizationId} />}
    >
      <QueryView query={organization}>
        {(data) => (
          <div className="grid gap-8">
            <OrganizationFacts organization={data} />
            {data.deletedAt === null && <Owners organization={data} />}
          </div>
        )}
      </QueryView>
    </Page>
  );
}

function leadOf({ personal }: AdminOrganizationDetail): string {
  return personal ? "Somebody’s personal organization." : "An organization of this server.";
}

function WaysOn({ organizationId }: { readonly organizationId: string }): ReactElement {
  return (
    <>
      <Link to="/admin/tokens" search={{ organization: organizationId }} className={buttonClass()}>
        Its tokens
      </Link>
      <Link to="/admin/audit" search={{ organization: organizationId }} className={buttonClass()}>
        Its audit log
      </Link>
    </>
  );
}

function OrganizationFacts({ organization }: { readonly organization: AdminOrganizationDetail }): ReactElement {
  return (
    <Facts look="panel">
      <Fact term="State">
        <span className="flex flex-wrap gap-1.5">
          <OrganizationBadges organization={organization} />
          {organization.deletedAt === null && organization.activeOwnerCount > 0 && <Badge tone="good">Active</Badge>}
        </span>
      </Fact>
      <Fact term="Members">{counted(organization.memberCount, "member")}</Fact>
      <Fact term="Tokens">{counted(organization.tokenCount, "live token")}</Fact>
      <Fact term="API keys">{counted(organization.apiKeyCount, "live key")}</Fact>
      <Fact term="Since">
        <Time at={organization.createdAt} as="date-time" />
      </Fact>
      {organization.deletedAt && (
        <Fact term="Deleted">
          <Time at={organization.deletedAt} as="date-time" />
        </Fact>
      )}
      <IdFact id={organization.id} what="organization" />
    </Facts>
  );
}

function Owners({ organization }: { readonly organization: AdminOrganizationDetail }): ReactElement {
  const [appointing, setAppointing] = useState(false);
  const host = useDirectoryHost();
  return (
    <section aria-labelledby="owners" className="grid gap-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 id="owners" className="text-[0.9375rem] font-semibold">
          Owners
        </h2>
        {!organization.personal && host === null && (
          <Button size="small" onClick={() => setAppointing(true)}>
            <UserPlus aria-hidden="true" />
            Appoint owner
          </Button>
        )}
      </div>
      {isOwnerless(organization) && (
        <Callout tone="warning" title="Nobody can administer this organization">
          <p>
            All its owners have left or are suspended.{" "}
            {host === null ? "Appoint an owner, or reinstate one of them." : `Make someone an owner in ${host.name}.`}
          </p>
        </Callout>
      )}
      {organization.owners.length > 0 && (
        <Rows label="Owners">
          {organization.owners.map(({ membershipId, user, state, joinedAt }) => (
            <Row
              key={membershipId}
              title={
                <Link
                  to="/admin/users/$userId"
                  params={{ userId: user.id }}
                  className="rounded-control hover:text-mint hover:underline"
                >
                  <bdi>{user.name}</bdi>
                </Link>
              }
              badges={state === "suspended" && <Badge tone="warning">Suspended</Badge>}
              note={<bdi>{readableAddress(user.email)}</bdi>}
              facts={
                <>
                  Since <Time at={joinedAt} as="date" />
                </>
              }
            />
          ))}
        </Rows>
      )}
      <AppointOwnerDialog organization={organization} open={appointing} onClose={() => setAppointing(false)} />
    </section>
  );
}

// Appoints a person as owner, and first shows what owners may do.

interface AppointOwnerDialogProps {
  readonly organization: AdminOrganizationDetail;
  readonly open: boolean;
  readonly onClose: () => void;
}

export function AppointOwnerDialog({ organization, open, onClose }: AppointOwnerDialogProps): ReactElement {
  const search = useRef<HTMLInputElement>(null);
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={`Appoint an owner of ${isolated(organization.name)}`}
      lead="Owners manage its members, tokens, keys and policy, and can delete it. The person becomes a member if they are not one."
      initialFocus={search}
    >
      <Appointing organization={organization} search={search} onClose={onClose} />
    </Dialog>
  );
}

interface AppointingProps extends Omit<AppointOwnerDialogProps, "open"> {
  readonly search: RefObject<HTMLInputElement | null>;
}

function Appointing({ organization, search, onClose }: AppointingProps): ReactElement {
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState<AdminUser | null>(null);
  const action = useAction();
  const session = useSession();
  const queryClient = useQueryClient();
  const announce = useAnnounce();

  async function appoint(user: AdminUser): Promise<void> {
    await appointOwner(organization.id, user.id);
    await Promise.all([
      ...[ADMIN_ORGANIZATIONS, ADMIN_USERS].map((queryKey) => queryClient.invalidateQueries({ queryKey })),
      ...(user.id === session.user.id ? [queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey })] : []),
    ]);
    announce(`${isolated(user.name)} is an owner of ${isolated(organization.name)}.`);
    onClose();
  }

  return (
    <div className="grid gap-4">
      <TextField
        ref={search}
        label="Find a person"
        type="search"
        autoComplete="off"
        placeholder="Name or email"
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setChosen(null);
        }}
      />
      <Matches text={text} chosen={chosen} onChoose={setChosen} />
      <p className="text-soft">
        The organization’s audit log records this action. Its owners get an email, if this server sends email.
      </p>
      {action.problem && <ProblemCallout problem={action.problem} />}
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button
          kind="primary"
          disabled={chosen === null}
          busy={action.pending}
          onClick={() => chosen && void action.run(() => appoint(chosen))}
        >
          Appoint owner
        </Button>
      </DialogActions>
    </div>
  );
}

interface MatchesProps {
  readonly text: string;
  readonly chosen: AdminUser | null;
  readonly onChoose: (user: AdminUser) => void;
}

function Matches({ text, chosen, onChoose }: MatchesProps): ReactElement {
  const words = useDeferredValue(text.trim());
  const matches = useQuery({ ...adminUserMatchesQuery(words, "active"), placeholderData: keepPreviousData });
  return (
    <QueryView query={matches}>
      {({ items, nextCursor }) =>
        items.length === 0 ? (
          <p className="text-soft">No active person matches.</p>
        ) : (
          <fieldset className="grid max-h-64 gap-0.5 overflow-y-auto px-1">
            <legend className="mb-1 font-medium">Who</legend>
            {items.map((user) => (
              <Choice
                key={user.id}
                type="radio"
                name="person"
                label={<bdi className="wrap-anywhere">{user.name}</bdi>}
                hint={<bdi className="wrap-anywhere">{readableAddress(user.email)}</bdi>}
                checked={chosen?.id === user.id}
                onChange={() => onChoose(user)}
              />
            ))}
            {nextCursor && <p className="text-[0.8125rem] text-soft">There are more. Type more of the name.</p>}
          </fieldset>
        )
      }
    </QueryView>
  );
}
