import assert from "node:assert/strict";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { after, before, test } from "node:test";
import { loadCliConfig } from "../src/config.ts";
import { createWorld, startSurroundings, type Surroundings, type World } from "./world.ts";

let surroundings: Surroundings;
let world: World;
before(async () => {
  surroundings = await startSurroundings();
  world = await createWorld(surroundings);
});
after(async () => {
  await world.remove();
  await surroundings.close();
});

test("files are in the system's usual folders", () => {
  const folderOf = (environment: Record<string, string>, platform: string): string | null =>
    loadCliConfig(environment, platform).folder;
  assert.equal(folderOf({ HOME: "/home/ada" }, "linux"), join("/home/ada", ".config", "mintmark"));
  assert.equal(folderOf({ HOME: "/home/ada", XDG_CONFIG_HOME: "/x" }, "darwin"), join("/x", "mintmark"));
  // The specification: a relative path is invalid and is ignored.
  assert.equal(
    folderOf({ HOME: "/home/ada", XDG_CONFIG_HOME: "x" }, "linux"),
    join("/home/ada", ".config", "mintmark"),
  );
  assert.equal(folderOf({ APPDATA: "C:\\Users\\Ada\\Roaming" }, "win32"), "C:\\Users\\Ada\\Roaming\\mintmark");
});

test("a browser is available with a display, and not over SSH", () => {
  const canOpen = (environment: Record<string, string>, platform: string): boolean =>
    loadCliConfig(environment, platform).hasBrowser;
  assert.equal(canOpen({}, "linux"), false);
  assert.equal(canOpen({ DISPLAY: ":0" }, "linux"), true);
  assert.equal(canOpen({ WAYLAND_DISPLAY: "wayland-0" }, "linux"), true);
  assert.equal(canOpen({}, "darwin"), true);
  assert.equal(canOpen({ SSH_CONNECTION: "a b c d" }, "darwin"), false);
  assert.equal(canOpen({ BROWSER: "/usr/bin/lynx", SSH_CONNECTION: "a b c d" }, "linux"), true);
});

if (process.platform === "linux") {
  test("the page that replaces a token opens in the browser, which gets no secret", async () => {
    const script = join(world.home, "browser");
    await writeFile(
      script,
      '#!/bin/sh\n{ echo "opened $1"; env; } > "$HOME/browser.part" && mv "$HOME/browser.part" "$HOME/opened"\n',
    );
    await chmod(script, 0o755);
    const { stdout, stderr } = await world.sh(
      "BROWSER=$HOME/browser MINTMARK_TOKEN=$TOKEN MINTMARK_SERVICE_KEY=$SERVICE env -u TOKEN -u SERVICE mintmark tokens replace; while ! [ -e opened ]; do sleep 0.02; done",
    );
    assert.match(stdout, /^Opened the page that replaces "laptop"/);
    assert.equal(stderr, "");
    const opened = await readFile(join(world.home, "opened"), "utf8");
    const page = `${surroundings.instance.url}/settings/tokens/${world.variables["TOKEN_ID"]}/replace`;
    assert.equal(opened.split("\n")[0], `opened ${page}`);
    assert.doesNotMatch(opened, /^MINTMARK_(TOKEN|SERVICE_KEY)=/m);
  });
}
