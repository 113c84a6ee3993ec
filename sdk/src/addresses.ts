// IP addresses and networks (CIDR), for the policies of the verifier in memory. The server has its own, on a library.

interface Address {
  readonly bits: bigint;
  readonly length: 32 | 128;
}

/** Whether one of the networks contains the address. None contains an unknown address, or one of the other family. */
export function isAddressIn(text: string | null, networks: readonly string[]): boolean {
  const address = text === null ? null : parseAddress(text);
  if (address === null) return false;
  return networks.some((network) => {
    const [written = "", prefix = ""] = network.split("/");
    const base = parseAddress(written);
    if (base?.length !== address.length) return false;
    const rest = BigInt(base.length - Number(prefix));
    return base.bits >> rest === address.bits >> rest;
  });
}

/** An address, with IPv4 in the form of IPv6 as IPv4, and without the zone. `null` for other text. */
function parseAddress(text: string): Address | null {
  if (!text.includes(":")) return ipv4(text);
  const url = `http://[${text.replace(/%.*$/, "")}]`;
  if (!URL.canParse(url)) return null;
  // The URL has the shortest form, with at most one "::", and no dotted decimals.
  const [head = "", tail] = new URL(url).hostname.slice(1, -1).split("::");
  const groups = (part: string | undefined): string[] => (part === undefined || part === "" ? [] : part.split(":"));
  const [before, after] = [groups(head), groups(tail)];
  const all = [...before, ...Array<string>(8 - before.length - after.length).fill("0"), ...after];
  const bits = all.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
  return bits >> 32n === 0xffffn ? { bits: bits & 0xffffffffn, length: 32 } : { bits, length: 128 };
}

function ipv4(text: string): Address | null {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return null;
  return { bits: parts.reduce((sum, part) => (sum << 8n) | BigInt(part), 0n), length: 32 };
}
