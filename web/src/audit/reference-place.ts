// Where a thing that the log names is shown, if whoever reads the log can go there.

export interface Reference {
  readonly kind: string;
  readonly id: string;
}

export type Place = {
  readonly to:
    | "/organization/members"
    | "/organization/api-keys"
    | "/organization/policy"
    | "/organization/settings"
    | "/settings/sessions"
    | "/settings/profile";
};

interface Reader {
  readonly userId: string;
  /** Whether the event happened in the active organization. */
  readonly here: boolean;
  readonly can: (permission: string) => boolean;
}

const PLACES: Readonly<Record<string, readonly [to: Place["to"], permission: string]>> = {
  user: ["/organization/members", "members:read"],
  membership: ["/organization/members", "members:read"],
  invitation: ["/organization/members", "invitations:read"],
  api_key: ["/organization/api-keys", "api-keys:read"],
  policy: ["/organization/policy", "policy:read"],
  organization: ["/organization/settings", "organization:read"],
};

export function placeOf({ kind, id }: Reference, { userId, here, can }: Reader): Place | null {
  if (kind === "user" && id === userId) return { to: "/settings/profile" };
  if (kind === "session") return { to: "/settings/sessions" };
  const [to, permission] = PLACES[kind] ?? [];
  return to !== undefined && permission !== undefined && here && can(permission) ? { to } : null;
}
