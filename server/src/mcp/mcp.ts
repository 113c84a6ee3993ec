// mcp/ is the MCP server at `/mcp`: one more transport in front of the same use cases, for AI clients.
// Rules: a request is verified by the one verification path, and which tools it has is worked out from what its
// credential may do at that moment (`offer.ts`); a stream that stays open is judged again until it ends (`streams.ts`).
// Deliberately absent: sessions of the protocol (every request stands alone), OAuth, cookies, and queries of its own.
// Nothing but this file is loaded before the first request: the protocol's library is memory that most do without.
import type { Endpoint, EndpointRequest } from "../wire/request.ts";
import type { McpDeps, Serving } from "./serving.ts";

interface Mcp extends Endpoint {
  /** Ends every open stream; those that are asked for later end at once. */
  close(): Promise<void>;
}

export function createMcp(deps: McpDeps): Mcp {
  let serving: Promise<Serving> | null = null;
  let isClosed = false;
  const load = async (): Promise<Serving> => {
    const { createServing } = await import("./serving.ts");
    return createServing(deps);
  };
  return {
    name: "mcp",
    path: "/mcp",
    method: "POST",
    respond: async (request: EndpointRequest) => {
      const loaded = await (serving ??= load());
      if (isClosed) loaded.close();
      return loaded.respond(request);
    },
    close: async () => {
      isClosed = true;
      (await serving)?.close();
    },
  };
}
