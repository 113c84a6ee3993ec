// @mintmark/sdk: Mintmark in a product. The main entry verifies credentials; it needs `fetch` and nothing of Node, so it
// runs in Node, Bun, Deno and workers. `/node`, `/express`, `/fastify`, `/hono`, `/next` and `/mcp` put it in front of
// routes.
// Rule: whatever goes wrong, a request is refused. Deliberately absent: a dependency, a cache, a log.
export type { Catalogue, Permission, Role } from "./catalogue.ts";
export type { Fetch } from "./exchange.ts";
export type { Principal } from "./principal.ts";
export type { ProblemResponse, RefusalCode, RefusalReason, Refused } from "./refusal.ts";
export type { CredentialSource, HeaderRecord, HeadersLike, RequestLike } from "./source.ts";
export {
  createVerifier,
  type Verification,
  type Verified,
  type Verifier,
  type VerifierOptions,
  type VerifyOptions,
} from "./verifier.ts";
