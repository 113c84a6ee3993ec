// Whose tokens or events a list is narrowed to: the person and the organization by name, each with a way out.
import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import type { ReactElement, ReactNode } from "react";
import { adminOrganizationQuery } from "../../api/admin-organizations.ts";
import { adminUserQuery } from "../../api/admin-users.ts";
import { IconButton } from "../../ui/button.tsx";

interface ScopeChipsProps {
  readonly user: string | undefined;
  readonly organization: string | undefined;
  readonly onClear: (scope: "user" | "organization") => void;
}

export function ScopeChips({ user, organization, onClear }: ScopeChipsProps): ReactElement | null {
  if (!user && !organization) return null;
  return (
    <div className="flex flex-wrap gap-2">
      {user && <UserChip id={user} onClear={() => onClear("user")} />}
      {organization && <OrganizationChip id={organization} onClear={() => onClear("organization")} />}
    </div>
  );
}

interface ChipProps {
  readonly id: string;
  readonly onClear: () => void;
}

/** A deleted account has no name left; its id still finds what it did. */
function UserChip({ id, onClear }: ChipProps): ReactElement {
  const user = useQuery({ ...adminUserQuery(id), retry: false });
  return (
    <Chip label="Any person" onClear={onClear}>
      Person: <bdi className="font-medium">{user.data?.name ?? id}</bdi>
    </Chip>
  );
}

function OrganizationChip({ id, onClear }: ChipProps): ReactElement {
  const organization = useQuery({ ...adminOrganizationQuery(id), retry: false });
  return (
    <Chip label="Any organization" onClear={onClear}>
      Organization: <bdi className="font-medium">{organization.data?.name ?? id}</bdi>
    </Chip>
  );
}

interface ChipBoxProps {
  readonly label: string;
  readonly onClear: () => void;
  readonly children: ReactNode;
}

function Chip({ label, onClear, children }: ChipBoxProps): ReactElement {
  return (
    <span className="inline-flex max-w-full min-w-0 items-center gap-1 rounded-control border border-line bg-surface pl-3">
      <span className="truncate">{children}</span>
      <IconButton label={label} size="small" onClick={onClear}>
        <X aria-hidden="true" />
      </IconButton>
    </span>
  );
}
