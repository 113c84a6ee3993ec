// The organizations a person is in, and those that an address of theirs lets them join. Rule: joining is asked for,
// never done to somebody. Deliberately absent: settings and members, which are pages of the organization itself.
import type { ReactElement } from "react";
import { switchOrganization } from "../../api/session.ts";
import type { OrganizationMembership } from "../../api/types.ts";
import { useEnterSession, useSession } from "../../session/use-session.ts";
import { useAnnounce } from "../../ui/announcer.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { ProblemNotice } from "../../ui/notice.tsx";
import { Page } from "../../ui/page.tsx";
import { isolated } from "../../ui/isolated.ts";
import { Row, Rows } from "../../ui/rows.tsx";
import { Time } from "../../ui/time-view.tsx";
import { useAction } from "../../ui/use-action.ts";
import { JoinableOrganizations } from "./joinable-organizations.tsx";

export function OrganizationsPage(): ReactElement {
  const { organization, organizations } = useSession();
  return (
    <Page title="Organizations" lead="A token acts in one organization only: the one it was made in.">
      <section aria-labelledby="mine-heading" className="grid gap-3">
        <h2 id="mine-heading" className="text-[0.9375rem] font-semibold">
          You are in
        </h2>
        <Rows label="My organizations">
          {organizations.map((own) => (
            <OwnRow key={own.id} own={own} isActive={own.id === organization.id} />
          ))}
        </Rows>
      </section>
      <JoinableOrganizations />
    </Page>
  );
}

function OwnRow({ own, isActive }: { readonly own: OrganizationMembership; readonly isActive: boolean }): ReactElement {
  const action = useAction();
  const enter = useEnterSession();
  const announce = useAnnounce();
  const suspended = own.state === "suspended";
  return (
    <Row
      title={<bdi>{own.name}</bdi>}
      muted={suspended}
      badges={
        <>
          <Badge>{own.personal ? "Only you" : own.role}</Badge>
          {isActive && <Badge tone="good">Active</Badge>}
          {suspended && <Badge tone="warning">You are suspended</Badge>}
        </>
      }
      note={
        <>
          {own.personal ? (
            "Only for you. It lasts as long as your account."
          ) : (
            <>
              Created <Time at={own.createdAt} as="date" />
            </>
          )}
          {action.problem && <ProblemNotice problem={action.problem} className="mt-1.5" />}
        </>
      }
      action={
        !isActive &&
        !suspended && (
          <Button
            size="small"
            busy={action.pending}
            aria-label={`Switch to ${isolated(own.name)}`}
            onClick={() =>
              void action.run(async () => {
                enter(await switchOrganization(own.id));
                announce(`You are now acting in ${isolated(own.name)}.`);
              })
            }
          >
            Switch
          </Button>
        )
      }
    />
  );
}
