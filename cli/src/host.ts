// The host of a command. The credential is sent there, so the address is checked strictly.
import { isLoopbackHost } from "@mintmark/core/input";
import { usageFailure } from "@mintmark/terminal";

export const DEFAULT_HOST = "http://127.0.0.1:3210";

/**
 * The origin of the typed address. Messages never repeat text that is not an address, because it may be a password or a
 * token.
 */
export function parseHost(typed: string, from: string): string {
  const url = URL.parse(withScheme(typed));
  if (url === null || !/^https?:$/.test(url.protocol) || url.hostname === "") {
    throw usageFailure(`${from} is not an address`, "write it as https://mintmark.example.com");
  }
  if (url.username !== "" || url.password !== "") {
    throw usageFailure(`${from} holds a user name or a password`, "leave them out: Mintmark needs only the token");
  }
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "") {
    throw usageFailure(`${from} holds more than an address`, `leave out everything after ${url.origin}`);
  }
  return url.origin;
}

/** A host without a scheme, as people copy it from a document: https, but http on this machine. */
const BARE_HOST = /^(?:[a-z0-9-]+(?:\.[a-z0-9-]+)+\.?|localhost|[a-z0-9-]+(?=:)|\[[0-9a-f:.]+\])(?::\d+)?\/?$/i;

function withScheme(typed: string): string {
  if (!BARE_HOST.test(typed)) return typed;
  const url = URL.parse(`http://${typed}`);
  return url !== null && isLoopbackHost(url.hostname) ? `http://${typed}` : `https://${typed}`;
}

/** Refuses to send a credential in clear text over a network. */
export function requireSecure(host: string, insecureAllowed: boolean): void {
  if (insecureAllowed || host.startsWith("https:") || isLoopbackHost(new URL(host).hostname)) return;
  throw usageFailure(
    `refusing to send a token to ${host}: without https, anyone on the network can read it`,
    `use ${host.replace("http:", "https:")}, or add --insecure on a network that you trust`,
  );
}
