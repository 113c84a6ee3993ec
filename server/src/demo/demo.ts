// `npm run demo`: a normal server with invented people and four months of history. The data is in a new temporary
// folder, which is deleted when the demo ends.
import { randomInt } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Config } from "../config/config.ts";
import { newSecret } from "../secrets/generate.ts";
import { createService } from "../use-cases/admin/service.ts";
import { createInstance, type Instance } from "../instance.ts";
import { CAST, type Who } from "./cast.ts";
import { addCredentials } from "./credentials.ts";
import { demoConfig } from "./demo-config.ts";
import { type DemoHost, openHost } from "./host.ts";
import { addNotices, addPeople } from "./people.ts";
import { Stage } from "./stage.ts";
import { Timeline } from "./timeline.ts";
import { addUses, startTraffic } from "./uses.ts";

export interface DemoAccount {
  readonly who: Who;
  /** The role that the account shows. */
  readonly as: string;
  readonly email: string;
  readonly password: string;
}

export interface Demo {
  readonly instance: Instance;
  /** The product beside it, which embeds the tokens. */
  readonly host: DemoHost;
  readonly file: string;
  /** The accounts that a visitor can sign in to. Nobody knows the passwords of the others. */
  readonly accounts: readonly DemoAccount[];
  /** Ends the instance and deletes its data. */
  close(): Promise<void>;
}

const VISITED: readonly (readonly [Who, string])[] = [
  ["mara", "owner, and admin of the instance"],
  ["elena", "member"],
  ["leo", "viewer"],
];

/**
 * Fills a new instance and starts it. Throws `ConfigError` when the environment would make it reachable from other
 * machines.
 */
export async function startDemo(environment: Config): Promise<Demo> {
  const folder = await mkdtemp(join(tmpdir(), "mintmark-demo-"));
  const file = join(folder, "demo.db");
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    // Refuses an address that others can reach, before anything listens.
    demoConfig(environment, file);
    const host = await openHost(environment.port === 0 ? 0 : environment.port + 1, readablePassword);
    const key = newSecret(environment.settings.brand, "management_key");
    const config = demoConfig(environment, file, { origin: host.origin, key });
    const timeline = new Timeline(Date.now);
    const instance = await createInstance(config, { clock: timeline.clock });
    const stage = new Stage({ deps: instance.deps, uses: instance.uses, timeline });
    try {
      const accounts = await fill(stage, instance);
      const { secret } = await createService(instance.deps, await stage.browserOf("mara"), { name: "Northwind app" });
      await instance.listen();
      host.connect({ url: config.settings.baseUrl, managementKey: key, serviceKey: secret });
      const endTraffic = startTraffic(stage, instance.verifier, (error) =>
        instance.logger.error({ err: error }, "the demo's traffic failed"),
      );
      const close = async (): Promise<void> => {
        host.close();
        await endTraffic();
        await instance.close();
        await remove();
      };
      return { instance, host, file, accounts, close };
    } catch (error) {
      host.close();
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
  addPeople(stage, (who) => {
    const password = readablePassword();
    passwords.set(who, password);
    return password;
  });
  addCredentials(stage, new Set([stage.deps.settings.brand]));
  addUses(stage);
  addNotices(stage);
  await stage.timeline.run();
  await stage.settle();
  await uses.flush();
  return VISITED.map(([who, as]) => ({ who, as, email: CAST[who].email, password: passwords.get(who) ?? "" }));
}

/** Without characters that look alike. */
const ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789";

/** A password that is easy to read off a screen: three groups of five characters, 74 random bits. */
function readablePassword(): string {
  const group = (): string => Array.from({ length: 5 }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");
  return `${group()}-${group()}-${group()}`;
}
