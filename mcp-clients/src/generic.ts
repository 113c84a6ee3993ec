import { type ClientForm, everywhere, localEntry, mcpServers, remoteEntry } from "./form.ts";

/** The configuration that nearly every client accepts in some form. The client's documentation says which. */
export const generic: ClientForm = {
  id: "generic",
  name: "Another client",
  description: "Anything that speaks MCP over Streamable HTTP, or starts a program for it",
  kind: "any",
  holdings: ["bridge", "environment", "literal"],
  startedBy: "your-client",
  reference: (variable) => `\${${variable}}`,
  path: everywhere("Your client's documentation says where its MCP servers are configured"),
  syntax: "json",
  text: (name, entry) => mcpServers(name, entry.kind === "remote" ? remoteEntry(entry, "http") : localEntry(entry)),
  notes: (holding) =>
    holding === "bridge"
      ? []
      : [
          "The transport is Streamable HTTP. The header is Authorization, with Bearer before the token. There is no OAuth.",
          ...(holding === "environment"
            ? ["Clients write a variable differently: ${NAME}, ${env:NAME} or {env:NAME}. Some support none."]
            : []),
        ],
  check: "Your client lists the server's tools when it is connected.",
  troubleshooting: [
    "A client that begins a sign-in did not send the header: check how it writes headers.",
    "A client that speaks only the older SSE transport cannot connect by address. Use the bridge.",
  ],
};
