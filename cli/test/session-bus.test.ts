import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { loadCliConfig, nameSessionBus } from "../src/config.ts";

test("the bridge finds the session's bus when a client passes on only the home folder", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "mintmark-bus-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const named = (environment: Record<string, string>, platform = "linux"): string | undefined => {
    const changed: NodeJS.ProcessEnv = { ...environment };
    nameSessionBus(changed, platform);
    assert.equal(
      loadCliConfig(environment, "linux").useKeyring,
      changed["DBUS_SESSION_BUS_ADDRESS"] !== undefined || platform !== "linux",
    );
    return changed["DBUS_SESSION_BUS_ADDRESS"];
  };
  assert.equal(named({ XDG_RUNTIME_DIR: folder }), undefined);
  writeFileSync(join(folder, "bus"), "");
  assert.equal(named({ XDG_RUNTIME_DIR: folder }), `unix:path=${join(folder, "bus")}`);
  assert.equal(named({ XDG_RUNTIME_DIR: folder }, "darwin"), undefined);
  const given = "unix:abstract=/tmp/dbus-1";
  assert.equal(named({ XDG_RUNTIME_DIR: folder, DBUS_SESSION_BUS_ADDRESS: given }), given);
  assert.equal(loadCliConfig({ DBUS_SESSION_BUS_ADDRESS: given, MINTMARK_KEYRING: "off" }, "linux").useKeyring, false);
});
