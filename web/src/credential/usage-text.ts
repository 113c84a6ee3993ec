// The texts about the use of a token or an API key.
import { isStale as isUnusedForLong } from "@mintmark/core";
import type { CredentialUsage } from "../api/types.ts";
import { longDay, type Point, REFUSED_LOOK, type Series, shortDay, sum, USES_LOOK } from "../chart/series.ts";
import { counted } from "../ui/text.ts";

export const USE_SERIES: readonly Series[] = [
  { key: "uses", label: "Uses", look: USES_LOOK },
  { key: "denied", label: "Refused", look: REFUSED_LOOK },
];

export function usePoints(days: CredentialUsage["days"]): Point[] {
  return days.map(({ date, uses, denied }) => ({
    label: shortDay(date),
    name: longDay(date),
    values: { uses, denied },
  }));
}

/** The uses and refusals of the shown days in a sentence. */
export function usageInWords(days: CredentialUsage["days"]): string {
  const uses = counted(sum(days.map((day) => day.uses)), "use");
  const denied = sum(days.map((day) => day.denied));
  const refused = denied === 0 ? "none refused" : `${counted(denied, "attempt")} refused`;
  return `${uses} in ${counted(days.length, "day")}, ${refused}. Days are in UTC.`;
}

const SETTLES_MS = 60_000;

/** Whether a first use is not counted yet. The server writes the history of use every half minute. */
export function isUncounted({ days, lastUsedAt }: Pick<CredentialUsage, "days" | "lastUsedAt">, now: number): boolean {
  if (lastUsedAt === null || now - Date.parse(lastUsedAt) > SETTLES_MS) return false;
  return days.every(({ uses, denied }) => uses + denied === 0);
}

/** A route in words. A route of Mintmark is named by its operation. */
export function routeInWords(route: string): { readonly method: string | null; readonly path: string } {
  const [method = "", ...rest] = route.split(" ");
  const path = rest.join(" ");
  if (route === "mintmark mcp") return { method: null, path: "Mintmark’s MCP server" };
  if (method === "mintmark") return { method: null, path: `Mintmark’s API: ${path}` };
  return { method: method === "ANY" ? null : method, path };
}

interface Use {
  readonly state: string;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
}

/** Whether a live credential looks forgotten, by the rule of the server's lists and counts. */
export function isStale({ state, createdAt, lastUsedAt }: Use, now: number): boolean {
  const live = state !== "revoked" && state !== "expired";
  const lastUse = lastUsedAt === null ? null : Date.parse(lastUsedAt);
  return live && isUnusedForLong({ createdAt: Date.parse(createdAt), lastUsedAt: lastUse }, now);
}
