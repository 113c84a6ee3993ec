// Names in the log lead to the page of what they name, where there is one.
import { Link } from "@tanstack/react-router";
import type { ReactElement, ReactNode } from "react";
import type { AuditEvent } from "../api/types.ts";
import { can } from "../session/permission.ts";
import { useSession } from "../session/use-session.ts";
import { type LogScope, placeOf, type Reference } from "./reference-place.ts";

interface ReferenceLinkProps {
  readonly reference: Reference;
  readonly event: AuditEvent;
  readonly scope: LogScope;
  readonly children: ReactNode;
}

export function ReferenceLink({ reference, event, scope, children }: ReferenceLinkProps): ReactElement {
  const { organization, user } = useSession();
  const place = placeOf(reference, event, {
    scope,
    userId: user.id,
    organizationId: organization.id,
    can: (permission) => can(organization, permission),
  });
  const name = <bdi>{children}</bdi>;
  if (place === null) return name;
  return (
    <Link {...place} className="text-mint underline decoration-mint-line underline-offset-3 hover:decoration-mint">
      {name}
    </Link>
  );
}
