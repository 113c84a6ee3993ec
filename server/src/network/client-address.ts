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

const canonicalPeers = new Map<string, string | null>();

/** The socket's peer in canonical form. Peers repeat, so the last thousand answers are kept. */
function canonicalPeer(peer: string): string | null {
  let address = canonicalPeers.get(peer);
  if (address === undefined) {
    if (canonicalPeers.size >= 1000) canonicalPeers.clear();
    canonicalPeers.set(peer, (address = canonicalAddress(peer)));
  }
  return address;
}

/** Reads client addresses of requests, given the proxies the operator trusts. */
export function createClientAddress(
  trustedProxies: readonly string[],
): (peer: string | undefined, forwardedFor: string | undefined) => string | null {
  return (peer, forwardedFor) => {
    const direct = peer === undefined ? null : canonicalPeer(peer);
    if (trustedProxies.length === 0 || forwardedFor === undefined || !isAddressIn(direct, trustedProxies))
      return direct;
    const hops = forwardedFor.split(",");
    for (let i = hops.length - 1; i >= 0; i--) {
      const hop = canonicalAddress((hops[i] as string).trim());
      // What stands left of an entry that is no address was written by someone nobody vouches for.
      if (hop === null) return null;
      if (!isAddressIn(hop, trustedProxies)) return hop;
    }
    return direct;
  };
}
