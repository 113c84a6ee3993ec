// What a route is: one operation id, who may call it with what, what it takes and answers. The router,
// the OpenAPI document and the classification test all read this one declaration.
import type { z } from "@hono/zod-openapi";
import type { ErrorCode, RecentPassword, Secret } from "@mintmark/core";
import type { Actor, RequestOrigin, ServiceActor, SessionActor } from "../use-cases/actor.ts";
import type { CredentialClass, HttpDeps } from "../wire/request.ts";

type ActorFor<C extends CredentialClass> = "public" extends C
  ? null
  : "service" extends C
    ? ServiceActor
    : [C] extends ["session" | "instance-admin"]
      ? SessionActor
      : Actor;

type Parsed<S> = S extends z.ZodType ? z.infer<S> : undefined;

interface OperationRequest<P, Q, B, A> {
  readonly deps: HttpDeps;
  readonly actor: A;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly origin: RequestOrigin;
}

/** A file, sent while it is made: a chunk is asked for when the client has taken the one before. */
export interface FileAnswer {
  readonly contentType: string;
  /** Letters, digits, `.`, `_` and `-`. */
  readonly fileName: string;
  readonly chunks: AsyncIterable<string>;
}

/**
 * What a handler answers. The body is the wire shape, or there is a file instead; the session cookie is set or
 * cleared by the frame.
 */
export interface Answer<R> {
  readonly body: R;
  readonly file?: FileAnswer;
  readonly session?: { readonly cookie: Secret; readonly expiresAt: number } | "clear";
}

export interface OperationDefinition<P, Q, B, R, C extends CredentialClass> {
  readonly operationId: string;
  readonly method: "get" | "post" | "put" | "patch" | "delete";
  /** OpenAPI form: `/api/personal-access-tokens/{id}`. */
  readonly path: string;
  readonly tag: string;
  /** One line. */
  readonly summary: string;
  /** Guarantee, refusals worth knowing, units. */
  readonly description?: string;
  readonly credentials: readonly C[];
  /** What the operation asks for in the organization that it is about, all of it: for the document and the tests. */
  readonly permission?: string | readonly string[];
  /**
   * When a session needs a password of the last 15 minutes for it. Published as `x-recent-password`; the refusal
   * `reauthentication_required` follows from it.
   */
  readonly recentPassword?: RecentPassword;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  /** How the body is sent; JSON unless the standard behind the operation says otherwise. */
  readonly bodyType?: "json" | "form";
  /** How a refusal is told: a problem (RFC 9457) unless the standard behind the operation says otherwise. */
  readonly errorType?: "problem" | "oauth";
  /** Set when a service may also authenticate as OAuth clients do: by HTTP Basic, or by `client_secret` in the form. */
  readonly clientAuthentication?: true;
  /** Fields that exist but can never be changed: sending one is 405 `token_immutable`. */
  readonly immutable?: readonly string[];
  /** Set when other sites may call it: it reads no cookie and sets none. */
  readonly crossSite?: true;
  readonly status: 200 | 201 | 202 | 204;
  readonly answer?: R;
  /** The content types of the file it answers with instead, for the documentation. */
  readonly fileTypes?: readonly string[];
  /** The codes this operation can refuse with, besides those of its credentials and its validation. */
  readonly refusals: readonly ErrorCode[];
  readonly handle: (
    request: OperationRequest<Parsed<P>, Parsed<Q>, Parsed<B>, ActorFor<C>>,
  ) => Promise<Answer<R extends z.ZodType ? z.input<R> : undefined>>;
}

/** An operation as the router sees it, its types erased. */
export type Operation = OperationDefinition<
  z.ZodType | undefined,
  z.ZodType | undefined,
  z.ZodType | undefined,
  z.ZodType | undefined,
  CredentialClass
> & { readonly handle: (request: OperationRequest<never, never, never, never>) => Promise<Answer<unknown>> };

/** Declares an operation; the handler's request and answer are typed by the declaration. */
export function defineOperation<
  const C extends CredentialClass,
  P extends z.ZodType | undefined = undefined,
  Q extends z.ZodType | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
  R extends z.ZodType | undefined = undefined,
>(definition: OperationDefinition<P, Q, B, R, C>): Operation {
  return definition as unknown as Operation;
}
