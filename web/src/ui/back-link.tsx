import { Link } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import type { ReactElement } from "react";

interface BackLinkProps {
  readonly to:
    | "/settings/tokens"
    | "/organization/tokens"
    | "/organization/api-keys"
    | "/admin/users"
    | "/admin/organizations";
  readonly children: string;
}

/** From the page of one thing to the list that it is in. */
export function BackLink({ to, children }: BackLinkProps): ReactElement {
  return (
    <Link
      to={to}
      className="inline-flex items-center gap-1.5 justify-self-start rounded-control text-[0.8125rem] text-soft hover:text-ink print:hidden"
    >
      <ArrowLeft className="size-3.5" aria-hidden="true" />
      {children}
    </Link>
  );
}
