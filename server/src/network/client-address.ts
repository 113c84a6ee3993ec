// The client's address: the socket's peer, unless the peer is a proxy the operator trusts; then the
// right-most entry of X-Forwarded-For that is not such a proxy.
import ipaddr from "ipaddr.js";

type Network = readonly [ipaddr.IPv4 | ipaddr.IPv6, number];

/** The address in canonical form (IPv4-mapped IPv6 as IPv4, IPv6 whole and lower-case), or `null` when it is none. */
export function canonicalAddress(text: string): string | null {
  // An address scoped to a link (fe80::1%eth0) is meant without its zone.
  const bare = text.split("%")[0] as string;
  return ipaddr.isValid(bare) && (bare.includes(":") || ipaddr.IPv4.isValidFourPartDecimal(bare))
    ? ipaddr.process(bare).toNormalizedString()
    : null;
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

const REMEMBERED_HOPS = 10_000;
const LONGEST_REMEMBERED = 64;

/** Reads client addresses of requests, given the proxies the operator trusts. */
export function createClientAddress(
  trustedProxies: readonly string[],
): (peer: string | undefined, forwardedFor: string | undefined) => string | null {
  // Clients come back, and reading an address takes longer than all else that is done to a request's headers.
  const known = new Map<string, Hop>();
  const hopOf = (text: string): Hop => {
    const remembered = known.get(text);
    if (remembered !== undefined) return remembered;
    const address = canonicalAddress(text);
    const hop = { address, isTrusted: isAddressIn(address, trustedProxies) };
    if (text.length > LONGEST_REMEMBERED) return hop;
    if (known.size >= REMEMBERED_HOPS) known.clear();
    // A copy: a part of a header would keep the whole header in memory.
    known.set(Buffer.from(text, "utf8").toString("utf8"), hop);
    return hop;
  };
  return (peer, forwardedFor) => {
    if (peer === undefined) return null;
    const direct = hopOf(peer);
    if (forwardedFor === undefined || !direct.isTrusted) return direct.address;
    const hops = forwardedFor.split(",");
    for (let i = hops.length - 1; i >= 0; i--) {
      const hop = hopOf((hops[i] as string).trim());
      // What stands left of an entry that is no address was written by someone nobody vouches for.
      if (hop.address === null) return null;
      if (!hop.isTrusted) return hop.address;
    }
    return direct.address;
  };
}
