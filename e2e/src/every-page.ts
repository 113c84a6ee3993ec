// Every address of the web app, with what one needs to open it. A test compares this list with the router's own: a new
// page without a line here fails, and each line is walked by every check that all pages owe.
import { FAMILIAR_TOKEN_PATHS } from "@mintmark/core";
import type { HostileWorld } from "./hostile-world.ts";

interface PageToWalk {
  /** The address itself, where it is not the route's own. */
  readonly at?: (world: HostileWorld) => string;
  readonly heading: string | RegExp;
  /** Anybody may open it. */
  readonly open?: true;
  /** Reads nothing when it is opened, so nothing can fail to be read. */
  readonly readsNothing?: true;
}

/** A link of `mintmark login` from a machine with a hostile name. */
const AUTHORIZE = `/cli/authorize?${new URLSearchParams({
  code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
  code_challenge_method: "S256",
  redirect_uri: "http://127.0.0.1:9/callback",
  state: "s",
  device_name: `\u202elaptop <img src=x onerror="window.struck=true"> ${"W".repeat(60)}`,
}).toString()}`;

/** A page that is called like what it shows. */
const HOSTILE_HEADING = /<img src=x/;

export const PAGES: Readonly<Record<string, PageToWalk>> = {
  "/setup": { heading: "Set up Mintmark", open: true },
  "/hand-off": { heading: "This link does not work", open: true, readsNothing: true },
  "/sign-in": { heading: "Sign in", open: true },
  "/sign-up": { heading: "Create your account", open: true },
  "/invitation": { heading: "Invitation", open: true },
  "/forgot-password": { heading: "Set a new password", open: true },
  "/reset-password": { heading: "Choose a new password", open: true },
  "/verify-email": { heading: "Confirm your email address", open: true },
  "/unsubscribe/$token": {
    at: () => `/unsubscribe/${"0".repeat(64)}`,
    heading: "Turn off emails",
    open: true,
    readsNothing: true,
  },
  "/settings/tokens": { heading: "Personal access tokens" },
  "/settings/tokens/new": { heading: "New token", readsNothing: true },
  "/settings/tokens/$tokenId": { at: ({ tokenId }) => `/settings/tokens/${tokenId}`, heading: HOSTILE_HEADING },
  "/settings/tokens/$tokenId/replace": {
    at: ({ tokenId }) => `/settings/tokens/${tokenId}/replace`,
    heading: "Replace token",
  },
  "/cli/connect": { heading: "Connect the command line", readsNothing: true },
  "/cli/authorize": { at: () => AUTHORIZE, heading: "Log in to the command line" },
  "/device": { heading: "Connect a device", readsNothing: true },
  "/connect": {
    at: ({ tokenId }) => `/connect?client=cursor&token=${tokenId}`,
    heading: "Connect an AI client",
  },
  "/settings/profile": { heading: "Profile", readsNothing: true },
  "/settings/organizations": { heading: "Organizations", readsNothing: true },
  "/settings/sessions": { heading: "Sessions" },
  "/settings/activity": { heading: "Activity" },
  "/settings/notices": { heading: "Notices" },
  "/organization": { heading: "Overview" },
  "/organization/members": { heading: "Members" },
  "/organization/members/$membershipId/offboarding": {
    at: ({ membershipId }) => `/organization/members/${membershipId}/offboarding`,
    heading: HOSTILE_HEADING,
  },
  "/organization/members/receipts/$eventId": {
    at: ({ receiptId }) => `/organization/members/receipts/${receiptId}`,
    heading: HOSTILE_HEADING,
  },
  "/organization/tokens": { heading: "Organization tokens" },
  "/organization/tokens/$tokenId": { at: ({ tokenId }) => `/organization/tokens/${tokenId}`, heading: HOSTILE_HEADING },
  "/organization/api-keys": { heading: "API keys" },
  "/organization/api-keys/$keyId": { at: ({ keyId }) => `/organization/api-keys/${keyId}`, heading: HOSTILE_HEADING },
  "/organization/policy": { heading: "Token policy" },
  "/organization/audit": { heading: "Audit log" },
  "/organization/settings": { heading: "Organization settings", readsNothing: true },
  "/organization/in/$organizationId/$page": {
    at: ({ organization }) => `/organization/in/${organization.id}/members`,
    heading: "Members",
  },
  "/admin/users": { heading: "Users" },
  "/admin/users/$userId": { at: ({ viewer }) => `/admin/users/${viewer.id}`, heading: HOSTILE_HEADING },
  "/admin/organizations": { heading: "Organizations" },
  "/admin/organizations/$organizationId": {
    at: ({ organization }) => `/admin/organizations/${organization.id}`,
    heading: HOSTILE_HEADING,
  },
  "/admin/tokens": { heading: "Tokens" },
  "/admin/audit": { heading: "Instance audit log" },
  "/admin/metrics": { heading: "Metrics" },
  "/admin/services": { heading: "Services" },
  "/admin/management-keys": { heading: "Management keys" },
  "/admin/webhooks": { heading: "Webhooks" },
  "/admin/webhooks/$webhookId": { at: ({ webhookId }) => `/admin/webhooks/${webhookId}`, heading: /^w{60}\.example$/ },
  "/admin/mail": { heading: "Mail" },
  "/$": { at: () => "/no/such/page", heading: "Page not found", open: true },
};

/** Addresses that lead to another at once, and where. */
export const LEADING_ELSEWHERE: Readonly<Record<string, string>> = {
  "/": "/settings/tokens",
  "/settings": "/settings/tokens",
  ...Object.fromEntries(FAMILIAR_TOKEN_PATHS.map((path) => [path, "/settings/tokens"])),
  "/connect/$client": "/connect",
  "/admin": "/admin/users",
};
