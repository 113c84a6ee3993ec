// What people of the story were told, and how far they have read.
import { announceExpiries } from "../use-cases/notice/emails.ts";
import { readAllNotices } from "../use-cases/notice/notice.ts";
import { CAST, type Who } from "./cast.ts";
import type { Stage } from "./stage.ts";

/** Mintmark looks every minute; of the story's past it is enough to look once a night. */
const NIGHTS = 50;
/** What is older than this was read. */
const READ_DAYS_AGO = 4;

export function tellOfNotices(stage: Stage): void {
  for (let daysAgo = NIGHTS; daysAgo >= 0; daysAgo--) stage.on(daysAgo, "00:20", () => announceExpiries(stage.deps));
  stage.on(READ_DAYS_AGO, "18:00", async () => {
    for (const who of Object.keys(CAST) as Who[]) {
      const user = await stage.deps.store.reads.findUser(stage.userId(who));
      if (user !== null) await readAllNotices(stage.deps, { user });
    }
  });
}
