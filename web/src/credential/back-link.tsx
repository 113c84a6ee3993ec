import { Link } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import type { ReactElement } from "react";

interface BackLinkProps {
  readonly to: "/organization/tokens" | "/organization/api-keys";
  readonly children: string;
}

/** From the page of a credential to the list that it is in. */
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
