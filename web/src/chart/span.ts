import type { Span } from "../api/usage.ts";

/** How many days back the pictures of a page can go. */
export const SPANS: readonly Span[] = [30, 90];

export function parseSpan(text: string | undefined): Span {
  return text === "90" ? 90 : 30;
}
