// The name that the client of the bridge reports. It becomes part of the user agent, so that the audit log and the
// token's page distinguish Claude Desktop from an editor, although both use the bridge.
import { CLIENT_INFO_META_KEY, type JSONRPCMessage } from "@modelcontextprotocol/client";

const LONGEST = 60;

export class ClientName {
  /** The name as a comment of a user agent, with a space before it. Empty while the name is unknown. */
  comment = "";

  /** Reads the name, which is in the first message or in every message, depending on the version of the protocol. */
  learn(message: JSONRPCMessage): void {
    if (this.comment !== "" || !("method" in message)) return;
    const { _meta: meta, clientInfo } = (message.params ?? {}) as {
      readonly _meta?: Readonly<Record<string, unknown>>;
      readonly clientInfo?: unknown;
    };
    const { name, version } = (meta?.[CLIENT_INFO_META_KEY] ?? clientInfo ?? {}) as {
      readonly name?: unknown;
      readonly version?: unknown;
    };
    if (typeof name !== "string") return;
    const text = typeof version === "string" ? `${name}/${version}` : name;
    // Removes characters that would end the header, or the comment in it.
    this.comment = ` (${text.replace(/[^\x20-\x7e]|[()\\]/g, "").slice(0, LONGEST)})`;
  }
}
