// The pages of the web app that `mintmark open` knows, by the name that a person types.

export const PAGES: Readonly<Record<string, string>> = {
  tokens: "/settings/tokens",
  "new-token": "/settings/tokens/new",
  "ai-clients": "/connect",
  notices: "/settings/notices",
  activity: "/settings/activity",
  profile: "/settings/profile",
  sessions: "/settings/sessions",
  device: "/device",
  orgs: "/settings/organizations",
  overview: "/organization",
  members: "/organization/members",
  "org-tokens": "/organization/tokens",
  "api-keys": "/organization/api-keys",
  policy: "/organization/policy",
  audit: "/organization/audit",
  settings: "/organization/settings",
  admin: "/admin/users",
  docs: "/docs",
  "api-docs": "/docs/api",
};
