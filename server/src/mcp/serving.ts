// Serves one request to `/mcp`: refuses other sites, authenticates, determines the caller's tools, and responds to the
// message.
import { type ApiKeyId, intake } from "@mintmark/core";
import type { BaseLogger } from "pino";
import { authenticate, type EndpointRequest, type TransportDeps } from "../wire/request.ts";
import { readBody, refuseUnstorableText } from "../wire/schema.ts";
import { createCallLimit } from "../use-cases/limits/calls.ts";
import { Refusal } from "../use-cases/use-case.ts";
import type { CredentialKey, Verified } from "../verify/verifier.ts";
import { type CallDeps, callTool, createCallLog, recordRefusedCall } from "./call-tool.ts";
import { type Caller, callerOf, type CredentialActor, isOffered, mcpIsOff } from "./tool.ts";
import { handleMessage } from "./protocol.ts";
import { createStreams, type Streams } from "./streams.ts";
import { TOOLS } from "./tools/index.ts";

export interface McpDeps extends TransportDeps {
  readonly logger: BaseLogger;
}

export interface Serving {
  respond(request: EndpointRequest): Promise<Response>;
  close(): void;
}

export function createServing(deps: McpDeps): Serving {
  const calling: CallDeps = { ...deps, log: createCallLog(deps), limit: createCallLimit() };
  const streams = createStreams({
    verifier: deps.verifier,
    store: deps.store,
    clock: deps.clock,
    toolsOf: ({ principal, policy }) => (policy.mcp === "off" ? null : namesOf(callerOf(deps, principal, policy))),
    onCount: (open) => deps.metrics.recordMcpStreams(open),
    onError: (error) => deps.logger.error({ err: error }, "open streams could not be evaluated, so they were ended"),
  });
  return {
    respond: (request) => respond(deps, calling, streams, request),
    close: () => streams.close(),
  };
}

/** The principal of a request, and the values that represent its credential while a stream is open. */
interface Authenticated {
  readonly actor: CredentialActor;
  readonly caller: Caller;
  readonly key: CredentialKey;
}

async function respond(
  deps: McpDeps,
  calling: CallDeps,
  streams: Streams,
  incoming: EndpointRequest,
): Promise<Response> {
  const { request } = incoming;
  refuseForeignOrigin(request.headers, deps.settings.baseUrl);
  // Read the whole body before authenticating, so that a slow upload cannot outlast a policy change.
  const [read] = await Promise.allSettled([readBody({}, request)]);
  const { actor, caller, key } = await admit(deps, incoming);
  if (read.status === "rejected") throw read.reason;
  const message = read.value;
  refuseUnstorableText(message);
  if (caller.policy.mcp === "off") throw await refuseByPolicy(calling, actor, message, mcpIsOff());
  const { ip, userAgent, requestId } = actor.origin;
  const { id: credentialId } = actor.principal.credential;
  const person = message["method"] === "subscriptions/listen" ? await personOf(deps, actor) : "";
  return handleMessage({
    request,
    message,
    tools: TOOLS.filter((tool) => isOffered(tool, caller)),
    call: (name, input) => {
      const tool = TOOLS.find((one) => one.name === name);
      return tool === undefined ? null : callTool(calling, { tool, actor, caller, input });
    },
    watch: (stream) =>
      streams.watch({
        ...stream,
        credentialId,
        dependsOn: idsOf(actor),
        person,
        key,
        client: { ip, userAgent },
        tools: namesOf(caller),
      }),
    // Omits the library's message, which repeats headers and body.
    onError: ({ name }) => deps.logger.debug({ error: name, requestId }, "MCP request refused"),
  });
}

async function admit(deps: McpDeps, { rawHeaders, origin, onVerified }: EndpointRequest): Promise<Authenticated> {
  const taken = intake(rawHeaders);
  if (!taken.ok && taken.code === "credentials_missing") throw credentialsMissing(deps.settings.baseUrl);
  let verified: Verified | undefined;
  const actor = (await authenticate(
    deps,
    { credentials: ["pat", "api-key"] },
    {
      taken,
      cookie: null,
      origin,
      operationId: "mcp",
      onVerified(found) {
        verified = found;
        onVerified(found);
      },
    },
  )) as CredentialActor;
  const { key, principal, policy } = verified as Verified;
  return { actor, key, caller: callerOf(deps, principal, policy) };
}

/** The ids that a change names when it concerns the credential. */
function idsOf({ principal: { credential, membershipId, user, organization } }: CredentialActor): readonly string[] {
  return [
    credential.id,
    organization.id,
    ...(membershipId === null ? [] : [membershipId]),
    ...(user === null ? [] : [user.id]),
  ];
}

/**
 * The person that a stream counts for. For an API key it is the creator, so that nobody gets more streams by creating
 * organizations with keys.
 */
async function personOf({ store }: Pick<McpDeps, "store">, { principal }: CredentialActor): Promise<string> {
  if (principal.user !== null) return principal.user.id;
  const key = await store.reads.findApiKey(principal.credential.id as ApiKeyId);
  return key?.createdBy.id ?? principal.organization.id;
}

/** A page of another site, even after DNS rebinding, sends `Origin`. Programs send none. */
function refuseForeignOrigin(headers: Headers, baseUrl: string): void {
  const origin = headers.get("origin");
  if (origin === null || origin === baseUrl) return;
  throw new Refusal(
    "cross_site_request",
    `The request came from a page of another site, not from ${baseUrl}. Connect from an AI client, not from a web page.`,
  );
}

function credentialsMissing(baseUrl: string): Refusal {
  return new Refusal(
    "credentials_missing",
    `Send a token as "Authorization: Bearer <token>" or "X-API-Key: <token>". ${baseUrl}/connect creates one and sets up your AI client. This server does not use OAuth.`,
  );
}

/** A call that the policy refuses is recorded like any other, and limited in the same way. */
async function refuseByPolicy(
  deps: CallDeps,
  actor: CredentialActor,
  message: Readonly<Record<string, unknown>>,
  refusal: Refusal,
): Promise<Refusal> {
  const { name } = (message["params"] ?? {}) as { readonly name?: unknown };
  const tool = message["method"] === "tools/call" ? TOOLS.find((one) => one.name === name) : undefined;
  if (tool !== undefined) await recordRefusedCall(deps, { tool, actor }, refusal);
  return refusal;
}

function namesOf(caller: Caller): string {
  return TOOLS.flatMap((tool) => (isOffered(tool, caller) ? [tool.name] : [])).join(" ");
}
