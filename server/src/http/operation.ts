// The declaration of a route: its operation id, who may call it with which credential, its input and its response.
// Rule: the router, the OpenAPI document and the authorization matrix all read this one declaration.
import type { z } from "@hono/zod-openapi";
import type { ErrorCode, ManagementScope, RecentPassword, Secret } from "@mintmark/core";
import type { Actor, ManagementActor, RequestOrigin, ServiceActor, SessionActor } from "../use-cases/use-case.ts";
import type { CredentialClass, TransportDeps } from "../wire/request.ts";

type ActorFor<C extends CredentialClass> = "public" extends C
  ? null
  : "service" extends C
    ? ServiceActor
    : [C] extends ["management-key"]
      ? ManagementActor
      : [C] extends ["session" | "hand-off" | "instance-admin"]
        ? SessionActor
        : Actor;

type Parsed<S> = S extends z.ZodType ? z.infer<S> : undefined;

interface OperationRequest<P, Q, B, A> {
  readonly deps: TransportDeps;
  readonly actor: A;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly origin: RequestOrigin;
  /** Aborts when the client closes the connection before it has the response. */
  readonly signal: AbortSignal;
}

/** A file that is sent while it is created: the next chunk is requested when the client has read the previous one. */
export interface FileResponse {
  readonly contentType: string;
  /** Letters, digits, `.`, `_` and `-`. */
  readonly fileName: string;
  readonly chunks: AsyncIterable<string>;
}

/**
 * The result of a handler: the wire form of the body, or a file instead. The application sets or clears the session
 * cookie.
 */
export interface OperationResponse<R> {
  readonly body: R;
  readonly file?: FileResponse;
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
  /** The guarantee, notable refusals, and units. */
  readonly description: string;
  readonly credentials: readonly C[];
  /** The permissions that the operation requires in its organization, all of them. For the document and the tests. */
  readonly permission?: string | readonly string[];
  /** The scope that a management key needs. The application checks it. Published as `x-scope`. */
  readonly scope?: ManagementScope;
  /**
   * When a session needs a password given within the last 15 minutes. Published as `x-recent-password`; implies the
   * refusal `reauthentication_required`.
   */
  readonly recentPassword?: RecentPassword;
  /** Set when a caller without a session gets a response too: the handler's actor is then `null`. */
  readonly mayBeSignedOut?: true;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  /** The encoding of the body: JSON unless the operation's standard requires a form, or does not care. */
  readonly bodyType?: "json" | "form" | "ignored";
  /** The longest body in bytes, where 64 KiB are too few. Only for callers that authenticate before their body is read. */
  readonly bodyLimit?: number;
  /** The form of a refusal: a problem (RFC 9457) unless the operation's standard requires OAuth's. */
  readonly errorType?: "problem" | "oauth";
  /** Set when a service may also authenticate like an OAuth client: by HTTP Basic or by `client_secret` in the form. */
  readonly clientAuthentication?: true;
  /** Fields that can never change. Sending one returns 405 `token_immutable`. */
  readonly immutable?: readonly string[];
  /** Set when other sites may call the operation: it neither reads nor sets a cookie. */
  readonly crossSite?: true;
  readonly status: 200 | 201 | 202 | 204;
  readonly response?: R;
  /** Set when the response sets or clears the session cookie. */
  readonly setsCookie?: true;
  /** The content types of a file response, for the documentation. */
  readonly fileTypes?: readonly string[];
  /** The codes that this operation can return, besides those of its credentials and its validation. */
  readonly refusals: readonly ErrorCode[];
  readonly handle: (
    request: OperationRequest<Parsed<P>, Parsed<Q>, Parsed<B>, ActorFor<C>>,
  ) => Promise<OperationResponse<R extends z.ZodType ? z.input<R> : undefined>>;
}

/** An operation with erased types, as the router sees it. */
export type Operation = OperationDefinition<
  z.ZodType | undefined,
  z.ZodType | undefined,
  z.ZodType | undefined,
  z.ZodType | undefined,
  CredentialClass
> & { readonly handle: (request: OperationRequest<never, never, never, never>) => Promise<OperationResponse<unknown>> };

/** Declares an operation. The declaration determines the types of the handler's request and response. */
export function defineOperation<
  const C extends CredentialClass,
  P extends z.ZodType | undefined = undefined,
  Q extends z.ZodType | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
  R extends z.ZodType | undefined = undefined,
>(definition: OperationDefinition<P, Q, B, R, C>): Operation {
  return definition as unknown as Operation;
}
