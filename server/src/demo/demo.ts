// `npm run demo`: the same server as always, on an organization with four months of history. The data
// lives in a new temporary folder and goes with the demo.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Config } from "../config/config.ts";
import { createInstance, type Instance } from "../instance.ts";
import { CAST, type Who } from "./cast.ts";
import { tellOfCredentials } from "./credentials.ts";
import { demoConfig } from "./demo-config.ts";
import { tellOfNotices } from "./notices.ts";
import { readablePassword } from "./password.ts";
import { tellOfPeople } from "./people.ts";
import { Stage } from "./stage.ts";
import { Timeline } from "./timeline.ts";
import { startTraffic } from "./traffic.ts";
import { tellOfUses } from "./uses.ts";

export interface DemoAccount {
  readonly who: Who;
  /** What the account is there to show. */
  readonly as: string;
  readonly email: string;
  readonly password: string;
}

export interface Demo {
  readonly instance: Instance;
  readonly file: string;
  /** The accounts a visitor can sign in to; everybody else's password is known to nobody. */
  readonly accounts: readonly DemoAccount[];
  /** Ends the instance and deletes its data. */
  close(): Promise<void>;
}

const VISITED: readonly (readonly [Who, string])[] = [
  ["mara", "owner, and admin of the instance"],
  ["elena", "member"],
  ["leo", "viewer"],
];

/** Fills a new instance and lets it listen. Throws `ConfigError` when the environment wants it reachable from elsewhere. */
export async function startDemo(environment: Config): Promise<Demo> {
  const folder = await mkdtemp(join(tmpdir(), "mintmark-demo-"));
  const file = join(folder, "demo.db");
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const config = demoConfig(environment, file);
    const timeline = new Timeline(Date.now);
    const instance = await createInstance(config, { clock: timeline.clock });
    const stage = new Stage({ deps: instance.deps, uses: instance.uses, timeline });
    try {
      const accounts = await fill(stage, instance);
      await instance.listen();
      const endTraffic = startTraffic(stage, instance.verifier, (error) =>
        instance.logger.error({ err: error }, "the demo's traffic failed"),
      );
      const close = async (): Promise<void> => {
        await endTraffic();
        await instance.close();
        await remove();
      };
      return { instance, file, accounts, close };
    } catch (error) {
      await instance.close();
      throw error;
    }
  } catch (error) {
    await remove();
    throw error;
  }
}

async function fill(stage: Stage, { uses }: Instance): Promise<readonly DemoAccount[]> {
  const passwords = new Map<Who, string>();
  tellOfPeople(stage, (who) => {
    const password = readablePassword();
    passwords.set(who, password);
    return password;
  });
  tellOfCredentials(stage, new Set([stage.deps.settings.brand]));
  tellOfUses(stage);
  tellOfNotices(stage);
  await stage.timeline.run();
  await stage.settle();
  await uses.flush();
  return VISITED.map(([who, as]) => ({ who, as, email: CAST[who].email, password: passwords.get(who) ?? "" }));
}
