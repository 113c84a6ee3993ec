// The one place where ends of tokens become a calendar (RFC 5545): names and dates, and nothing else.
import type { CalendarEntry } from "../../store/store.ts";

/** How often calendars are asked to look again. */
const REFRESH_S = 6 * 3600;

/**
 * The calendar as text. An entry keeps its UID, its stamp and its sequence for as long as it is what it is, so that
 * reading it again changes nothing in a calendar that has it.
 */
export async function presentCalendar(entries: readonly CalendarEntry[], baseUrl: string): Promise<string> {
  // Loaded when the first calendar asks: most instances have none.
  const { default: ical, ICalEventTransparency } = await import("ical-generator");
  const { hostname } = new URL(baseUrl);
  const calendar = ical({
    name: "Mintmark: tokens that expire",
    prodId: { company: "Mintmark", product: "Mintmark", language: "EN" },
    ttl: REFRESH_S,
  });
  for (const { id, name, organizationName, createdAt, expiresAt } of entries) {
    const what = id.startsWith("key_") ? "API key" : "Token";
    calendar.createEvent({
      id: `${id}@${hostname}`,
      summary: `${what} “${name}” expires (${organizationName})`,
      stamp: new Date(createdAt),
      start: new Date(expiresAt),
      // It takes up no time: nobody is busy because a token ends.
      transparency: ICalEventTransparency.TRANSPARENT,
    });
  }
  return calendar.toString();
}
