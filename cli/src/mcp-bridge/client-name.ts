// Which program speaks through the bridge, as it names itself: part of the user agent, so that the audit log and the
// page of the token tell Claude Desktop from an editor, and not only that both came through the bridge.
import { CLIENT_INFO_META_KEY, type JSONRPCMessage } from "@modelcontextprotocol/client";

const LONGEST = 60;

export class ClientName {
  /** As a comment of a user agent, with a space before it; empty while nobody has said a name. */
  comment = "";

  /** Looks where each version of the protocol has the name: in the first message, or in every one. */
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
    // Of a header, and of a comment in it: what would end either is left out.
    this.comment = ` (${text.replace(/[^\x20-\x7e]|[()\\]/g, "").slice(0, LONGEST)})`;
  }
}
