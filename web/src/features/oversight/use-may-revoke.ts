import { useQuery } from "@tanstack/react-query";
import { policyQuery } from "../../api/organizations.ts";
import { can } from "../../session/permission.ts";
import { useSession } from "../../session/use-session.ts";

/** Both locks: the role's permission, and how far the organization's policy lets oversight reach. */
export function useMayRevoke(): boolean {
  const { organization } = useSession();
  const policy = useQuery({ ...policyQuery(organization.id), enabled: can(organization, "policy:read") });
  const reaches = policy.data === undefined || policy.data.oversight === "list-and-revoke";
  return can(organization, "tokens:revoke") && reaches;
}
