// Chooses the proxy for a request, and connects through it. It is loaded only when HTTP_PROXY or HTTPS_PROXY is set.
// Rules: requests to this machine never go through a proxy, as in gh. No message contains the proxy's password. For https
// the proxy sees the host's name only, because the connection through it is encrypted.
import type { Agent } from "node:http";
import process from "node:process";
import { isLoopbackHost } from "@mintmark/core/input";
import { usageFailure } from "@mintmark/terminal";
import type { ProxySettings } from "./config.ts";

export interface Proxy {
  /** Its address without user name and password, for messages. */
  readonly name: string;
  readonly agent: Agent;
}

/** The connection through a proxy failed before the host was reached. */
export class ProxyError extends Error {
  override readonly name = "ProxyError";
  readonly proxy: string;
  /** The status with which the proxy refused, or `null`. */
  readonly status: number | null;

  constructor(proxy: string, status: number | null, cause: unknown) {
    super("the proxy failed", { cause });
    this.proxy = proxy;
    this.status = status;
  }
}

const agents = new Map<string, Agent>();

/** The proxy for this address, or `null` when requests go there directly. */
export function proxyFor(url: URL, { http, https, none }: ProxySettings): Proxy | null {
  const isSecure = url.protocol === "https:";
  const typed = isSecure ? https : http;
  if (typed === null || isLoopbackHost(url.hostname) || isExempt(url, none)) return null;
  const address = parseProxy(typed, isSecure ? "HTTPS_PROXY" : "HTTP_PROXY");
  const known = agents.get(url.protocol);
  if (known !== undefined) return { name: address.origin, agent: known };
  const { Agent } = process.getBuiltinModule(isSecure ? "node:https" : "node:http");
  // Only the address, because the exceptions were applied above.
  const proxyEnv = isSecure ? { HTTPS_PROXY: address.href } : { HTTP_PROXY: address.href };
  const agent = new Agent({ keepAlive: true, proxyEnv });
  agents.set(url.protocol, agent);
  return { name: address.origin, agent };
}

/** Turns an error of a request through the proxy into one that names it. Errors of the host's certificate stay. */
export function proxyErrorOf({ name }: Proxy, error: unknown): unknown {
  const { code, statusCode } = error as { readonly code?: unknown; readonly statusCode?: unknown };
  if (typeof statusCode === "number") return new ProxyError(name, statusCode, error);
  const isOfProxy = /^(?:ERR_PROXY_TUNNEL|E(?:CONN|NOTFOUND|AI_|TIMEDOUT|HOST|NET|PIPE)\w*)$/.test(String(code));
  return isOfProxy ? new ProxyError(name, null, error) : error;
}

/** Without a scheme the proxy speaks http, as for curl. The message does not repeat the text, which may hold a password. */
function parseProxy(typed: string, variable: string): URL {
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(typed) ? typed : `http://${typed}`);
  if (url !== null && /^https?:$/.test(url.protocol) && url.hostname !== "" && isDecodable(url)) return url;
  throw usageFailure(
    `${variable} is not the address of an http proxy`,
    "write it as http://proxy.example.com:3128, with % in a password as %25",
  );
}

/** Whether user name and password are percent-encoded. `%` alone is a common part of passwords, and Node fails at it. */
function isDecodable({ username, password }: URL): boolean {
  try {
    decodeURIComponent(username + password);
    return true;
  } catch {
    return false;
  }
}

/**
 * Whether NO_PROXY names the host. Its items are separated by commas or spaces: `*`, a host with its subdomains, an
 * address, a network such as 10.0.0.0/8, each with a port if only that is meant.
 */
function isExempt(url: URL, none: string): boolean {
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1").replace(/\.$/, "");
  const port = url.port === "" ? (url.protocol === "https:" ? "443" : "80") : url.port;
  return none.split(/[\s,]+/).some((item) => {
    const entry = item.trim().toLowerCase();
    if (entry === "" || entry === "*") return entry === "*";
    if (entry.includes("/")) return isInNetwork(host, entry);
    const [, name = "", onlyPort] = /^\[?([^[\]]*?)\]?(?::(\d+))?$/.exec(isAddress(entry) ? `[${entry}]` : entry) ?? [];
    if (onlyPort !== undefined && onlyPort !== port) return false;
    const suffix = name.replace(/^\*?\./, "");
    return suffix !== "" && (host === suffix || (!isAddress(host) && host.endsWith(`.${suffix}`)));
  });
}

function isAddress(text: string): boolean {
  return process.getBuiltinModule("node:net").isIP(text) !== 0;
}

function isInNetwork(host: string, entry: string): boolean {
  const { BlockList, isIP } = process.getBuiltinModule("node:net");
  const [network = "", bits = ""] = entry.split("/");
  const family = isIP(network) === 6 ? "ipv6" : "ipv4";
  const most = family === "ipv6" ? 128 : 32;
  if (isIP(network) === 0 || isIP(host) === 0 || !/^\d{1,3}$/.test(bits) || Number(bits) > most) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(bits), family);
  return list.check(host, isIP(host) === 6 ? "ipv6" : "ipv4");
}
