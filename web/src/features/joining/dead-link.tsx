import { Link } from "@tanstack/react-router";
import { MailX } from "lucide-react";
import type { ReactElement, ReactNode } from "react";
import type { Problem } from "../../api/problem.ts";
import { buttonClass } from "../../ui/button.tsx";
import { Page } from "../../ui/page.tsx";
import { EmptyState } from "../../ui/placeholder.tsx";

interface DeadLinkProps {
  readonly title: string;
  readonly problem?: Problem | undefined;
  /** How to get another letter. */
  readonly children: ReactNode;
  readonly to: "/forgot-password" | "/settings/profile";
  readonly action: string;
}

/** A link from a letter that no longer works: why, and how to get another. */
export function DeadLink({ title, problem, children, to, action }: DeadLinkProps): ReactElement {
  const expired = problem?.code === "link_expired";
  return (
    <Page title={title}>
      <EmptyState
        icon={<MailX />}
        title={expired ? "This link's hour is over" : "This link does not work"}
        action={
          <Link to={to} className={buttonClass("primary")}>
            {action}
          </Link>
        }
      >
        <p>
          {expired
            ? "Links in emails work for one hour."
            : "It was used before, or is incomplete, or no longer counts."}{" "}
          {children}
        </p>
      </EmptyState>
    </Page>
  );
}
