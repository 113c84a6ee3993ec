// The page instead of one that the role may not see. It names the missing permission and the roles to ask.
import { LockKeyhole } from "lucide-react";
import type { ReactElement, ReactNode } from "react";
import { Page } from "../ui/page.tsx";
import { EmptyState } from "../ui/placeholder.tsx";
import { isolated } from "../ui/text.ts";
import { can, rolesWith } from "./permission.ts";
import { useInstance, useOrganization, useSession } from "./use-session.ts";

interface RequirePermissionProps {
  readonly permission: string;
  /** The page's title, shown above the explanation. */
  readonly title: string;
  readonly children: ReactNode;
}

export function RequirePermission({ permission, title, children }: RequirePermissionProps): ReactNode {
  const organization = useOrganization();
  const { roles } = useInstance();
  if (can(organization, permission)) return children;
  const suspended = organization.state === "suspended";
  return (
    <MissingPage
      title={title}
      heading={suspended ? "You are suspended here" : `You cannot see this in ${isolated(organization.name)}`}
    >
      {suspended ? (
        <p>
          Your membership of <bdi>{organization.name}</bdi> is suspended. An owner or admin of the organization can
          reinstate you.
        </p>
      ) : (
        <>
          <p>
            It needs the permission <code className="font-mono text-ink">{permission}</code>. Your role here is{" "}
            <strong className="font-semibold text-ink">{organization.role}</strong>.
          </p>
          <p className="mt-2">
            Ask someone with the role {listOf(rolesWith(roles, permission))}, or switch to another organization.
          </p>
        </>
      )}
    </MissingPage>
  );
}

export function RequireInstanceAdmin({
  title,
  children,
}: {
  readonly title: string;
  readonly children: ReactNode;
}): ReactNode {
  const { user } = useSession();
  if (user.instanceAdmin) return children;
  return (
    <MissingPage title={title} heading="This page is for instance admins">
      <p>Ask an instance admin to change settings for all organizations.</p>
    </MissingPage>
  );
}

function MissingPage({
  title,
  heading,
  children,
}: {
  readonly title: string;
  readonly heading: string;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <Page title={title}>
      <EmptyState icon={<LockKeyhole />} title={heading}>
        {children}
      </EmptyState>
    </Page>
  );
}

function listOf(words: readonly string[]): string {
  return new Intl.ListFormat("en", { type: "disjunction" }).format(words);
}
