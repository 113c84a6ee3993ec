// The address of "Connect an AI client". It holds the chosen client, system and place of the secret, and the id of the
// token, but never a secret.
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

/** The address after a choice. `null` clears one. */
export function withChoice(
  search: ConnectSearch,
  change: { readonly [Key in keyof ConnectSearch]: string | null },
): ConnectSearch {
  return Object.fromEntries(Object.entries({ ...search, ...change }).filter(([, value]) => value !== null));
}

/** The choice, or `null` without a client. A missing or unsupported choice becomes the client's first one. */
export function readChoice(search: ConnectSearch, guess: McpSystem): ConnectChoice | null {
  const client = findMcpClient(search.client ?? "");
  if (client === null) return null;
  const system = SYSTEMS.find(([name]) => name === search.system)?.[0] ?? guess;
  const holding = client.holdings.find((name) => name === search.holding) ?? client.holdings[0];
  return { client, system, holding };
}

/** The system that the browser names. Phones and unknown systems count as Linux. */
export function guessSystem(userAgent: string): McpSystem {
  if (/Windows/.test(userAgent)) return "windows";
  return /Macintosh|Mac OS X/.test(userAgent) && !/iPhone|iPad/.test(userAgent) ? "macos" : "linux";
}

/** The clients whose name or description contains all words. The last one, for any other client, is always included. */
export function findClients(clients: readonly McpClient[], typed: string): readonly McpClient[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return clients.filter(
    ({ name, description, kind }) =>
      kind === "any" || words.every((word) => `${name} ${description}`.toLowerCase().includes(word)),
  );
}

/** The client that the text means: the one with exactly this name, or the only one found. `null` for several. */
export function onlyClient(found: readonly McpClient[], typed: string): McpClient | null {
  const name = typed.trim().toLowerCase();
  const named = found.filter(({ kind }) => kind !== "any");
  if (name === "") return null;
  return found.find((client) => client.name.toLowerCase() === name) ?? (named.length === 1 ? (named[0] ?? null) : null);
}
