// The MCP server at `/mcp`: another transport in front of the same use cases, for AI clients.
// Rules: the normal verification path verifies each request. The current permissions of its credential decide which
// tools it has (`offer.ts`). An open stream is evaluated again until it ends (`streams.ts`).
// Deliberately absent: sessions of the protocol (each request stands alone), OAuth, cookies and separate queries. Only
// this file is loaded before the first request, because most instances never need the memory of the protocol's library.
import type { Endpoint, EndpointRequest } from "../wire/request.ts";
import type { McpDeps, Serving } from "./serving.ts";

interface Mcp extends Endpoint {
  /** Ends every open stream. Later streams end at once. */
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
