// The session, sign-in and sign-out, and the browsers in which the person is signed in.
import { queryOptions } from "@tanstack/react-query";
import { dataOf, api, collectPages, done, reportSignedIn, signedOut } from "./client.ts";
import type { HandOffPreview, Session } from "./types.ts";

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: async ({ signal }) => {
    const session = await findSession(signal);
    if (session === null) throw signedOut();
    return session;
  },
  staleTime: 30_000,
});

/** The session of this browser, or `null`. The browser would log an error for a 401, so this asks without one. */
export async function findSession(signal?: AbortSignal): Promise<Session | null> {
  return (await dataOf(api.GET("/api/session/if-any", signal === undefined ? {} : { signal }))).session;
}

export async function signIn(body: { readonly email: string; readonly password: string }): Promise<Session> {
  const session = await dataOf(api.POST("/api/sign-in", { body }));
  reportSignedIn();
  return session;
}

/** Whom the link of a hand-off is for. Does not use it up. */
export function previewHandOff(code: string): Promise<HandOffPreview> {
  return dataOf(api.POST("/api/hand-offs/preview", { body: { code } }));
}

/** Opens the session of a hand-off in this browser, in place of the present one if `replaceSession`. */
export async function redeemHandOff(
  code: string,
  replaceSession: boolean,
): Promise<{ readonly session: Session; readonly to: string }> {
  const body = { code, as: "cookie", replaceSession } as const;
  const redeemed = await dataOf(api.POST("/api/hand-offs/redeem", { body }));
  reportSignedIn();
  return redeemed;
}

export function signOut(): Promise<void> {
  return done(api.POST("/api/sign-out"));
}

export function switchOrganization(organizationId: string): Promise<Session> {
  return dataOf(api.PUT("/api/session/organization", { body: { organizationId } }));
}

export function reauthenticate(password: string): Promise<Session> {
  return dataOf(api.POST("/api/session/reauthenticate", { body: { password } }));
}

// The signed-in person's own account and browser sessions.

export const browserSessionsQuery = queryOptions({
  queryKey: ["account", "sessions"],
  queryFn: ({ signal }) =>
    collectPages((query) => dataOf(api.GET("/api/account/sessions", { params: { query }, signal }))),
});

export function endSession(id: string): Promise<void> {
  return done(api.DELETE("/api/account/sessions/{id}", { params: { path: { id } } }));
}

export function endOtherSessions(): Promise<{ endedSessions: number }> {
  return dataOf(api.DELETE("/api/account/sessions"));
}
