import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { can } from "../session/permission.ts";
import { useSession } from "../session/use-session.ts";

/** To what happened to a credential of the organization and through it, for whoever may read its log. */
export function EventsLink({ id }: { readonly id: string }): ReactElement | null {
  const { organization } = useSession();
  if (!can(organization, "audit:read")) return null;
  return (
    <Link
      to="/organization/audit"
      search={{ credential: id }}
      className="justify-self-start rounded-control text-[0.8125rem] font-medium text-mint hover:underline print:hidden"
    >
      What happened to it, in the audit log
    </Link>
  );
}
