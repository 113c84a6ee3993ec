// Sessions: sign in, sign out, read and switch the own session, and enter the password again.
import { z } from "@hono/zod-openapi";
import { signOut } from "../../use-cases/session/end.ts";
import { describeSession, switchOrganization } from "../../use-cases/session/session.ts";
import { reauthenticate, signIn } from "../../use-cases/session/sign-in.ts";
import type { SessionActor } from "../../use-cases/use-case.ts";
import type { TransportDeps } from "../../wire/request.ts";
import { idOf } from "../../wire/schema.ts";
import { presentSession, Session } from "../../wire/session.ts";
import { defineOperation, type Operation } from "../operation.ts";
import { EmailInput, PasswordInput, signedIn } from "../browser.ts";

const signInOperation = defineOperation({
  operationId: "signIn",
  method: "post",
  path: "/api/sign-in",
  tag: "Session",
  summary: "Sign in",
  description:
    "The response is the same for an unknown address, a wrong password and a suspended account. After 5 failures the next attempt has to wait, at most 60 s (`Retry-After`). Nobody is locked out.",
  credentials: ["public"],
  body: z.strictObject({ email: EmailInput, password: PasswordInput }),
  setsCookie: true,
  status: 200,
  response: Session,
  refusals: ["sign_in_failed", "rate_limited", "server_busy"],
  handle: async ({ deps, body, origin }) => {
    const started = await signIn(deps, body, origin);
    return signedIn(started, presentSession(await describeSession(deps, started.actor)));
  },
});

const signOutOperation = defineOperation({
  operationId: "signOut",
  method: "post",
  path: "/api/sign-out",
  tag: "Session",
  summary: "Sign out",
  description: "Ends this session and clears its cookie.",
  credentials: ["session", "hand-off"],
  setsCookie: true,
  status: 204,
  refusals: [],
  handle: async ({ deps, actor }) => {
    await signOut(deps, actor);
    return { body: undefined, session: "clear" };
  },
});

const getSessionOperation = defineOperation({
  operationId: "getSession",
  method: "get",
  path: "/api/session",
  tag: "Session",
  summary: "Get my session",
  description: "Returns the signed-in user, the active organization, and the first 20 of the user's organizations.",
  credentials: ["session", "hand-off"],
  status: 200,
  response: Session,
  refusals: [],
  handle: async ({ deps, actor }) => ({ body: presentSession(await describeSession(deps, actor)) }),
});

const findSessionOperation = defineOperation({
  operationId: "findSession",
  method: "get",
  path: "/api/session/if-any",
  tag: "Session",
  summary: "Get my session, if I have one",
  description: "Like `GET /api/session`, but a browser that is not signed in gets 200 with `null` instead of an error.",
  credentials: ["session", "hand-off"],
  mayBeSignedOut: true,
  status: 200,
  // A union, because the document of a nullable component would not allow null.
  response: z.object({ session: z.union([Session, z.null()]) }).openapi("SessionIfAny"),
  refusals: [],
  handle: async ({ deps, actor }: { readonly deps: TransportDeps; readonly actor: SessionActor | null }) => ({
    body: { session: actor === null ? null : presentSession(await describeSession(deps, actor)) },
  }),
});

const switchOrganizationOperation = defineOperation({
  operationId: "switchOrganization",
  method: "put",
  path: "/api/session/organization",
  tag: "Session",
  summary: "Switch the active organization",
  description: "Affects only this session. The caller must be a member who is not suspended.",
  credentials: ["session"],
  body: z.strictObject({ organizationId: idOf("organization") }),
  status: 200,
  response: Session,
  refusals: ["not_found", "member_suspended"],
  handle: async ({ deps, actor, body }) => ({
    body: presentSession(await describeSession(deps, await switchOrganization(deps, actor, body.organizationId))),
  }),
});

const reauthenticateOperation = defineOperation({
  operationId: "reauthenticate",
  method: "post",
  path: "/api/session/reauthenticate",
  tag: "Session",
  summary: "Enter my password again",
  description: "For the next 15 minutes, this session may call operations that need the password.",
  credentials: ["session"],
  body: z.strictObject({ password: PasswordInput }),
  status: 200,
  response: Session,
  refusals: ["password_wrong", "rate_limited", "server_busy"],
  handle: async ({ deps, actor, body }) => ({
    body: presentSession(await describeSession(deps, await reauthenticate(deps, actor, body.password))),
  }),
});

export const sessionOperations: readonly Operation[] = [
  signInOperation,
  signOutOperation,
  getSessionOperation,
  findSessionOperation,
  switchOrganizationOperation,
  reauthenticateOperation,
];
