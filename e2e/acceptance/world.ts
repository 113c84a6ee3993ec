// The environment of each client: a real instance, an organization, and a separate token in an empty home folder.
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { startInstance } from "../../server/test/support/instance.ts";
import { Seed } from "../../server/test/support/seed.ts";
import { MINTMARK } from "../src/programs.ts";

export interface Visit {
  /** The address of the MCP server. */
  readonly url: string;
  readonly home: string;
  readonly secret: string;
  /** Ends the token as its owner does in the web app; it is over when this returns. */
  readonly revoke: () => Promise<void>;
  /** How often the instance has been asked with the token so far. */
  readonly uses: () => Promise<number>;
  /** A folder with the `mintmark` command of this checkout. */
  readonly bin: string;
}

export interface World {
  readonly visit: (name: string, act: (visit: Visit) => Promise<void>) => Promise<void>;
  readonly close: () => Promise<void>;
}

export async function openWorld(): Promise<World> {
  const instance = await startInstance();
  const seed = new Seed(instance);
  const owner = await seed.person("Ada");
  const organization = await seed.organization(owner, "Northwind");
  const session = await seed.session(owner, organization);
  return {
    visit: async (name, act) => {
      const home = await mkdtemp(join(tmpdir(), "mintmark-acceptance-"));
      const token = await seed.token(owner, organization, { name });
      const path = `/api/personal-access-tokens/${token.id}`;
      try {
        await act({
          url: `${instance.url}/mcp`,
          home,
          secret: token.secret,
          bin: await commandIn(join(home, "bin")),
          revoke: async () => {
            const { status } = await session.delete(path);
            if (status !== 200) throw new Error(`the token could not be revoked: ${status}`);
          },
          uses: async () => {
            await instance.uses.flush();
            return (await session.get(path)).body.useCount;
          },
        });
      } finally {
        await rm(home, { recursive: true, force: true });
      }
    },
    close: () => instance.close(),
  };
}

async function commandIn(folder: string): Promise<string> {
  await mkdir(folder);
  await writeFile(join(folder, "mintmark"), `#!/bin/sh\nexec "${process.execPath}" "${MINTMARK}" "$@"\n`);
  await chmod(join(folder, "mintmark"), 0o755);
  return folder;
}
