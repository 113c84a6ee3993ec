// The page of a thing that the log names, if the reader may open it.
import type { AuditEvent } from "../api/types.ts";

export interface Reference {
  readonly kind: string;
  readonly id: string;
}

/** The kind of log: of the person, of an organization, or of the whole instance. */
export type LogScope = "account" | "organization" | "instance";

type Place =
  | {
      readonly to:
        | "/organization/members"
        | "/organization/policy"
        | "/organization/settings"
        | "/settings/sessions"
        | "/settings/profile"
        | "/admin/services"
        | "/admin/management-keys";
    }
  | { readonly to: "/settings/tokens/$tokenId"; readonly params: { readonly tokenId: string } }
  | { readonly to: "/organization/tokens/$tokenId"; readonly params: { readonly tokenId: string } }
  | { readonly to: "/organization/api-keys/$keyId"; readonly params: { readonly keyId: string } }
  | { readonly to: "/admin/webhooks/$webhookId"; readonly params: { readonly webhookId: string } }
  | { readonly to: "/admin/users/$userId"; readonly params: { readonly userId: string } }
  | { readonly to: "/admin/organizations/$organizationId"; readonly params: { readonly organizationId: string } };

export interface Reader {
  readonly scope: LogScope;
  readonly userId: string;
  /** The active organization, which the pages show; `null` while the reader is in none. */
  readonly organizationId: string | null;
  readonly can: (permission: string) => boolean;
}

const PLACES = {
  user: ["/organization/members", "members:read"],
  membership: ["/organization/members", "members:read"],
  invitation: ["/organization/members", "invitations:read"],
  policy: ["/organization/policy", "policy:read"],
  organization: ["/organization/settings", "organization:read"],
} as const;

export function placeOf(reference: Reference, event: AuditEvent, reader: Reader): Place | null {
  const { kind, id } = reference;
  if (reader.scope === "instance") return placeForAdmin(reference, event);
  if (kind === "user" && id === reader.userId) return { to: "/settings/profile" };
  if (kind === "pat" && isOwnToken(event, reader.userId))
    return { to: "/settings/tokens/$tokenId", params: { tokenId: id } };
  if (kind === "session") return reader.scope === "account" ? { to: "/settings/sessions" } : null;
  if (event.organizationId === null || event.organizationId !== reader.organizationId) return null;
  if (kind === "pat" && reader.can("tokens:read"))
    return { to: "/organization/tokens/$tokenId", params: { tokenId: id } };
  if (kind === "api_key" && reader.can("api-keys:read"))
    return { to: "/organization/api-keys/$keyId", params: { keyId: id } };
  if (!isPlaced(kind)) return null;
  const [to, permission] = PLACES[kind];
  return reader.can(permission) ? { to } : null;
}

function placeForAdmin({ kind, id }: Reference, { organizationId }: AuditEvent): Place | null {
  if (kind === "user") return { to: "/admin/users/$userId", params: { userId: id } };
  if (kind === "webhook") return { to: "/admin/webhooks/$webhookId", params: { webhookId: id } };
  if (kind === "service" || kind === "service_key") return { to: "/admin/services" };
  if (kind === "management_key") return { to: "/admin/management-keys" };
  const isOrganization = kind === "organization" || kind === "policy";
  if (!isOrganization || organizationId === null) return null;
  return { to: "/admin/organizations/$organizationId", params: { organizationId } };
}

/** Whether the token belongs to the reader. An event names the owner; without it, the actor is the owner. */
function isOwnToken({ details, actor }: AuditEvent, userId: string): boolean {
  const owner = details["owner"];
  return typeof owner === "string" ? owner === userId : actor.id === userId;
}

function isPlaced(kind: string): kind is keyof typeof PLACES {
  return Object.hasOwn(PLACES, kind);
}

const OFFBOARDINGS: ReadonlySet<string> = new Set(["member.removed", "member.left", "member.suspended"]);

/** The id of the receipt that covers the event, which is the event itself or its cause; `null` without one. */
export function receiptIdOf({ id, action, details }: Pick<AuditEvent, "id" | "action" | "details">): string | null {
  if (OFFBOARDINGS.has(action)) return id;
  const { because } = details;
  return typeof because === "string" ? because : null;
}
