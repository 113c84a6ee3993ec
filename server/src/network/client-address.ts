// Client addresses and networks.
// Rule: the client's address is the socket's peer. If the peer is a proxy that the operator trusts, it is the
// right-most entry of X-Forwarded-For that is not such a proxy.
import { isIP } from "node:net";
import { isLoopbackOrigin } from "@mintmark/core";
import ipaddr from "ipaddr.js";
import { BoundedMap } from "../bounded.ts";

type Network = readonly [ipaddr.IPv4 | ipaddr.IPv6, number];

/**
 * The address in canonical form: IPv4-mapped IPv6 as IPv4, IPv6 complete and in lower case. `null` for invalid text.
 */
export function canonicalAddress(text: string): string | null {
  return isIP(text) === 0 || text.includes("%") ? null : ipaddr.process(text).toNormalizedString();
}

/** `[2001:db8::7]`, `[2001:db8::7]:443` and `203.0.113.5:51008`. */
const WITH_PORT = /^(?:\[([^\]]*)\]|([^:[\]]+)(?=:))(?::\d{1,5})?$/;

/**
 * The client's address as proxies and programs write it, in canonical form. It may have blanks around it, double
 * quotes, brackets, a port (Azure and Go append one) and the zone of an IPv6 address. `null` for invalid text.
 */
export function readClientAddress(text: string): string | null {
  const bare = text.trim().replace(/^"(.*)"$/, "$1");
  const [, bracketed, beforePort] = WITH_PORT.exec(bare) ?? [];
  // Brackets are valid only around IPv6.
  if (bracketed !== undefined && !bracketed.includes(":")) return null;
  const address = bracketed ?? beforePort ?? bare;
  // The zone of a link-local address (fe80::1%eth0) is not part of it.
  const zone = address.includes(":") ? address.indexOf("%") : -1;
  return canonicalAddress(zone === -1 ? address : address.slice(0, zone));
}

/** Whether the text is a network in CIDR notation whose host bits are zero, such as `203.0.113.0/24`. */
export function isNetwork(text: string): boolean {
  // Some programs read "010.0.0.0" as 8.0.0.0, others as 10.0.0.0, so an invalid address is also an invalid network.
  const [written, bits] = text.split("/");
  if (canonicalAddress(written as string) === null || !/^(0|[1-9]\d{0,2})$/.test(bits ?? "")) return false;
  try {
    const [address] = ipaddr.parseCIDR(text);
    const base =
      address.kind() === "ipv4" ? ipaddr.IPv4.networkAddressFromCIDR(text) : ipaddr.IPv6.networkAddressFromCIDR(text);
    return (
      base.toNormalizedString() === address.toNormalizedString() &&
      !(address.kind() === "ipv6" && (address as ipaddr.IPv6).isIPv4MappedAddress())
    );
  } catch {
    return false;
  }
}

const parsedNetworks = new WeakMap<readonly string[], readonly Network[]>();

/** Whether one of the networks contains the canonical address. No network contains an unknown address. */
export function isAddressIn(address: string | null, networks: readonly string[]): boolean {
  if (address === null) return false;
  let parsed = parsedNetworks.get(networks);
  if (parsed === undefined) parsedNetworks.set(networks, (parsed = networks.map((text) => ipaddr.parseCIDR(text))));
  const candidate = ipaddr.parse(address);
  return parsed.some(([base, bits]) => candidate.kind() === base.kind() && candidate.match(base, bits));
}

/** One address on the path of a request, in canonical form. */
interface Hop {
  readonly address: string | null;
  readonly isTrusted: boolean;
}

/** The shortest time between two warnings about the proxies' configuration. */
const WARN_EVERY_MS = 60_000;
const REMEMBERED_HOPS = 10_000;
const LONGEST_REMEMBERED = 64;

/**
 * Returns a function that reads the client's address of a request. `onUnreadable` is called at most once a minute when
 * a trusted proxy sends an entry that is not an address; the client's address is then unknown.
 */
export function createClientAddress(
  trustedProxies: readonly string[],
  onUnreadable: () => void = () => {},
): (peer: string | undefined, forwardedFor: string | undefined) => string | null {
  // Clients return, and parsing an address takes longer than all other work on a request's headers.
  const known = new BoundedMap<string, Hop>(REMEMBERED_HOPS);
  const hopOf = (text: string): Hop => {
    const remembered = known.get(text);
    if (remembered !== undefined) return remembered;
    const address = readClientAddress(text);
    const hop = { address, isTrusted: isAddressIn(address, trustedProxies) };
    if (text.length > LONGEST_REMEMBERED) return hop;
    // A copy, because a substring would keep the whole header in memory.
    known.set(Buffer.from(text, "utf8").toString("utf8"), hop);
    return hop;
  };
  let warnedAt = Number.NEGATIVE_INFINITY;
  const unreadable = (): null => {
    const now = performance.now();
    if (now - warnedAt >= WARN_EVERY_MS) {
      warnedAt = now;
      onUnreadable();
    }
    return null;
  };
  return (peer, forwardedFor) => {
    if (peer === undefined) return null;
    const direct = hopOf(peer);
    if (forwardedFor === undefined || !direct.isTrusted) return direct.address;
    const hops = forwardedFor.split(",");
    for (let i = hops.length - 1; i >= 0; i--) {
      const entry = (hops[i] as string).trim();
      // RFC 9110 §5.6.1: empty elements of a list are ignored.
      if (entry === "") continue;
      const hop = hopOf(entry);
      // An entry that is not an address makes all entries to its left untrustworthy.
      if (hop.address === null) return unreadable();
      if (!hop.isTrusted) return hop.address;
    }
    return direct.address;
  };
}

/** The network around a canonical address, as one household or office usually has it: an IPv4 /24 or an IPv6 /48. */
export function networkOf(address: string): string {
  if (!address.includes(":")) return `${address.split(".").slice(0, 3).join(".")}.0/24`;
  return `${address.split(":").slice(0, 3).join(":")}::/48`;
}

// Decides whether a request was made on this machine by its client. A proxy on this machine also has a loopback address
// and may leave no sign. So every condition must hold, and one sign of a proxy is enough to refuse.

export interface ArrivedRequest {
  readonly headers: Headers;
  /** The socket's peer, whatever a proxy claims. */
  readonly peer: string | undefined;
  readonly httpVersion?: string | undefined;
}

const LOOPBACK_PEER = /^(?:::1$|(?:::ffff:)?127\.)/;

/**
 * Headers that proxies and content delivery networks add. Among the `X-` headers, a local client sends only the
 * credential and the ones of Prometheus.
 */
const SIGN_OF_A_PROXY =
  /^(?:x-(?!prometheus-|api-key$)|via$|forwarded$|cf-|cdn-|client-ip$|true-client-ip$|max-forwards$|fastly-|fly-|akamai-|incap-|tailscale-|surrogate-)/;

/**
 * True only when the peer, the `Host` and the instance's own address are all loopback and no header shows a proxy. An
 * instance with another address is behind a proxy. A page of another site that rebinds its name to 127.0.0.1 sends that
 * name as `Host`. nginx uses HTTP/1.0 for upstreams by default.
 */
export function isLocalRequest({ headers, peer, httpVersion }: ArrivedRequest, baseUrl: string): boolean {
  return (
    peer !== undefined &&
    LOOPBACK_PEER.test(peer) &&
    httpVersion === "1.1" &&
    isLoopbackOrigin(baseUrl) &&
    isLoopbackOrigin(`http://${headers.get("host") ?? ""}`) &&
    ![...headers.keys()].some((name) => SIGN_OF_A_PROXY.test(name))
  );
}

/**
 * Returns the part of an address that one household or attacker holds: a whole IPv4 address, the /64 of an IPv6 one.
 */
export function addressBlock(ip: string): string {
  if (!ip.includes(":")) return ip;
  const [head, tail] = ip.split("::") as [string, string | undefined];
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros =
    tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => "0");
  return `${[...left, ...zeros, ...right].slice(0, 4).join(":")}::/64`;
}
