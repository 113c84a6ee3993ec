import { Link } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import type { ReactElement } from "react";

export function BackToMembers(): ReactElement {
  return (
    <Link
      to="/organization/members"
      className="inline-flex items-center gap-1.5 justify-self-start rounded-control text-[0.8125rem] text-soft hover:text-ink print:hidden"
    >
      <ArrowLeft className="size-3.5" aria-hidden="true" />
      Members
    </Link>
  );
}
