// Names in the log lead to the page of what they name, where there is one.
import { Link } from "@tanstack/react-router";
import type { ReactElement, ReactNode } from "react";
import { can } from "../session/permission.ts";
import { useSession } from "../session/use-session.ts";
import { placeOf, type Reference } from "./reference-place.ts";

interface ReferenceLinkProps {
  readonly reference: Reference;
  /** Where the event happened. */
  readonly organizationId: string | null;
  readonly children: ReactNode;
}

export function ReferenceLink({ reference, organizationId, children }: ReferenceLinkProps): ReactElement {
  const { organization, user } = useSession();
  const place = placeOf(reference, {
    userId: user.id,
    // Pages show the active organization: a name in another one leads nowhere.
    here: organizationId === organization.id,
    can: (permission) => can(organization, permission),
  });
  const name = <bdi>{children}</bdi>;
  if (place === null) return name;
  return (
    <Link to={place.to} className="text-mint underline decoration-mint-line underline-offset-3 hover:decoration-mint">
      {name}
    </Link>
  );
}
