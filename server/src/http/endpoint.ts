import type { Principal } from "@mintmark/core";
import type { RequestOrigin } from "../service/actor.ts";

export interface EndpointRequest {
  readonly request: Request;
  /** Name, value, name, value …: as they came, so that duplicates show. */
  readonly rawHeaders: readonly string[];
  readonly origin: RequestOrigin;
  readonly onVerified: (principal: Principal) => void;
}

/**
 * An address that speaks a protocol of its own, such as `/mcp`. It refuses by throwing a `Refusal`, as operations
 * do, and is logged and counted like one. It never reads a cookie.
 */
export interface Endpoint {
  readonly name: string;
  readonly path: string;
  /** Any other method is 405. */
  readonly method: "POST";
  readonly respond: (request: EndpointRequest) => Promise<Response>;
}
