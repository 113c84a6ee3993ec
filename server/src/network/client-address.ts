// The client's address: the socket's peer, unless the peer is a proxy the operator trusts; then the
// right-most entry of X-Forwarded-For that is not such a proxy.
import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

type Network = readonly [ipaddr.IPv4 | ipaddr.IPv6, number];

/** The address in canonical form (IPv4-mapped IPv6 as IPv4, IPv6 whole and lower-case), or `null` when it is none. */
export function canonicalAddress(text: string): string | null {
  return isIP(text) === 0 || text.includes("%") ? null : ipaddr.process(text).toNormalizedString();
}

/** `[2001:db8::7]`, `[2001:db8::7]:443` and `203.0.113.5:51008`. */
const WITH_PORT = /^(?:\[([^\]]*)\]|([^:[\]]+)(?=:))(?::\d{1,5})?$/;

/**
 * The address as proxies and programs write a client's, in canonical form, or `null` when it cannot be read: with or
 * without blanks around it, double quotes, brackets, a port (Azure and Go append one) and the zone of an IPv6 address.
 */
export function readClientAddress(text: string): string | null {
  const bare = text.trim().replace(/^"(.*)"$/, "$1");
  const [, bracketed, beforePort] = WITH_PORT.exec(bare) ?? [];
  // Only IPv6 is written in brackets.
  if (bracketed !== undefined && !bracketed.includes(":")) return null;
  const address = bracketed ?? beforePort ?? bare;
  // An address scoped to a link (fe80::1%eth0) is meant without its zone.
  const zone = address.includes(":") ? address.indexOf("%") : -1;
  return canonicalAddress(zone === -1 ? address : address.slice(0, zone));
}

/** Whether the text is a network in CIDR notation whose host bits are zero, e.g. `203.0.113.0/24`. */
export function isNetwork(text: string): boolean {
  // "010.0.0.0" is 8.0.0.0 to one reader and 10.0.0.0 to another, so what is no address is no network either.
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

/** Whether the canonical address lies in one of the networks. An unknown address lies in none. */
export function isAddressIn(address: string | null, networks: readonly string[]): boolean {
  if (address === null) return false;
  let parsed = parsedNetworks.get(networks);
  if (parsed === undefined) parsedNetworks.set(networks, (parsed = networks.map((text) => ipaddr.parseCIDR(text))));
  const candidate = ipaddr.parse(address);
  return parsed.some(([base, bits]) => candidate.kind() === base.kind() && candidate.match(base, bits));
}

/** An address on a request's way here: in canonical form, and whether it is a proxy the operator trusts. */
interface Hop {
  readonly address: string | null;
  readonly isTrusted: boolean;
}

/** A warning about the proxies' configuration is logged no more often than this. */
const WARN_EVERY_MS = 60_000;
const REMEMBERED_HOPS = 10_000;
const LONGEST_REMEMBERED = 64;

/**
 * Reads client addresses of requests, given the proxies the operator trusts. `onUnreadable` is told, once a minute at
 * most, that such a proxy sent an entry that is no address; the client is then unknown.
 */
export function createClientAddress(
  trustedProxies: readonly string[],
  onUnreadable: () => void = () => {},
): (peer: string | undefined, forwardedFor: string | undefined) => string | null {
  // Clients come back, and reading an address takes longer than all else that is done to a request's headers.
  const known = new Map<string, Hop>();
  const hopOf = (text: string): Hop => {
    const remembered = known.get(text);
    if (remembered !== undefined) return remembered;
    const address = readClientAddress(text);
    const hop = { address, isTrusted: isAddressIn(address, trustedProxies) };
    if (text.length > LONGEST_REMEMBERED) return hop;
    if (known.size >= REMEMBERED_HOPS) known.clear();
    // A copy: a part of a header would keep the whole header in memory.
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
      // Empty elements of a list count for nothing (RFC 9110 §5.6.1).
      if (entry === "") continue;
      const hop = hopOf(entry);
      // No trusted proxy vouches for the entries to the left of one that is no address.
      if (hop.address === null) return unreadable();
      if (!hop.isTrusted) return hop.address;
    }
    return direct.address;
  };
}
