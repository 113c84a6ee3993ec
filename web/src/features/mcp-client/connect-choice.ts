// What the address of "Connect an AI client" says: the client, the system and the way of holding the secret that were
// chosen, and the token by its id. Never a secret.
import { findMcpClient, type McpClient, type McpHolding, type McpSystem } from "@mintmark/mcp-clients";

interface ConnectSearch {
  readonly client?: string;
  readonly system?: string;
  readonly holding?: string;
  readonly token?: string;
}

export interface ConnectChoice {
  readonly client: McpClient;
  readonly system: McpSystem;
  readonly holding: McpHolding;
}

export const SYSTEMS: readonly (readonly [McpSystem, string])[] = [
  ["macos", "macOS"],
  ["linux", "Linux"],
  ["windows", "Windows"],
];

/** The address after a choice; `null` takes one back. */
export function withChoice(
  search: ConnectSearch,
  change: { readonly [Key in keyof ConnectSearch]: string | null },
): ConnectSearch {
  return Object.fromEntries(Object.entries({ ...search, ...change }).filter(([, value]) => value !== null));
}

/** What is chosen, or `null` without a client. What the client does not have, or nobody said, is its first. */
export function readChoice(search: ConnectSearch, guess: McpSystem): ConnectChoice | null {
  const client = findMcpClient(search.client ?? "");
  if (client === null) return null;
  const system = SYSTEMS.find(([name]) => name === search.system)?.[0] ?? guess;
  const holding = client.holdings.find((name) => name === search.holding) ?? client.holdings[0];
  return { client, system, holding };
}

/** The system that the browser says it runs on. Of a phone, nothing follows: Linux stands for it as for all others. */
export function guessSystem(userAgent: string): McpSystem {
  if (/Windows/.test(userAgent)) return "windows";
  return /Macintosh|Mac OS X/.test(userAgent) && !/iPhone|iPad/.test(userAgent) ? "macos" : "linux";
}

/** The clients in whose name or description all the words are. The last, for all others, is always among them. */
export function findClients(clients: readonly McpClient[], typed: string): readonly McpClient[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return clients.filter(
    ({ name, description, kind }) =>
      kind === "any" || words.every((word) => `${name} ${description}`.toLowerCase().includes(word)),
  );
}
