/**
 * The network that a canonical address lies in, as one household or office usually holds it: of IPv4 the /24, of
 * IPv6 the /48.
 */
export function networkOf(address: string): string {
  if (!address.includes(":")) return `${address.split(".").slice(0, 3).join(".")}.0/24`;
  return `${address.split(":").slice(0, 3).join(":")}::/48`;
}
