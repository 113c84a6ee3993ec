import { z } from "@hono/zod-openapi";
import { readCalendar as read } from "../../../service/calendar/read-calendar.ts";
import { notFound } from "../../../service/refusal.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { presentCalendar } from "../../presenters/calendar.ts";

const FILE = /^([0-9a-f]{64})\.ics$/;

export const readCalendar: Operation = defineOperation({
  operationId: "readCalendar",
  method: "get",
  path: "/calendar/{file}",
  tag: "Notices",
  summary: "A calendar of when tokens expire",
  description:
    "For calendar programs, by the address that `POST /api/account/calendar-feed` answered: `/calendar/<secret>.ics`. Names and dates of one person's live tokens, and of the live API keys that they may see. The secret opens nothing else. 60 readings a minute from one address.",
  credentials: ["public"],
  crossSite: true,
  params: z.strictObject({ file: z.string().max(200) }),
  status: 200,
  fileTypes: ["text/calendar"],
  refusals: ["not_found", "rate_limited"],
  handle: async ({ deps, params, origin }) => {
    const secret = FILE.exec(params.file)?.[1];
    if (secret === undefined) throw notFound();
    const entries = await read(deps, secret, origin);
    const text = await presentCalendar(entries, deps.settings.baseUrl);
    return {
      body: undefined,
      file: { contentType: "text/calendar; charset=utf-8", fileName: "mintmark.ics", chunks: whole(text) },
    };
  },
});

async function* whole(text: string): AsyncGenerator<string> {
  yield text;
}
