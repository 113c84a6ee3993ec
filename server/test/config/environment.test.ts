// Every setting is in force, or the server does not start: it ignores no setting silently.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { scratchParent } from "../../../tests/support/scratch.ts";
import { type Config, ConfigError, loadConfig } from "../../src/config/config.ts";

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    loadConfig(environment);
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.problems;
  }
}

describe("a setting given by a file", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(scratchParent(), "mintmark-config-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function fileOf(text: string): Promise<string> {
    const file = join(folder, `${text.length}`);
    await writeFile(file, text);
    return file;
  }

  it("counts as if the value were given directly, without one trailing newline", async () => {
    const url = "postgres://u:secret@h/d";
    const config: Config = loadConfig({
      DATABASE_URL_FILE: await fileOf(`${url}\n`),
      MINTMARK_PORT_FILE: await fileOf("8080\r\n"),
      MINTMARK_METRICS_TOKEN_FILE: await fileOf("0123456789abcdef \n"),
    });
    assert.deepEqual(config.database, { kind: "postgres", url });
    assert.deepEqual([config.port, config.metricsToken], [8080, "0123456789abcdef "]);
  });

  it("stops the start when it cannot be read, is empty, or both are given, and its value is never printed", async () => {
    const secret = await fileOf("mysql://u:hidden@h/d\n");
    const problems = problemsOf({
      DATABASE_URL_FILE: secret,
      MINTMARK_SMTP_URL_FILE: join(folder, "none"),
      MINTMARK_BRAND_FILE: await fileOf(" \t\n \n"),
      MINTMARK_HOST: "::1",
      MINTMARK_HOST_FILE: secret,
    });
    assert.equal(problems.length, 4, problems.join("\n"));
    for (const name of ["DATABASE_URL must", "MINTMARK_SMTP_URL_FILE", "MINTMARK_BRAND_FILE", "MINTMARK_HOST_FILE and"])
      assert.ok(
        problems.some((problem) => problem.startsWith(name)),
        name,
      );
    assert.doesNotMatch(problems.join(), /hidden/);
  });
});

describe("a name that nothing reads", () => {
  it("stops the start with the nearest known name, for all names at once, and never with its value", () => {
    const problems = problemsOf({
      MINTMARK_SMTP_ULR: "smtp://u:hidden@h",
      DATABASE_URI: "postgres://u:hidden@h/d",
      DATABSE_URL: "not ours",
      DATABASE_URL_FLIE: "x",
      MINTMARK_HOTS_FILE: "x",
      MINTMARK_PORT: "0x1f90",
    });
    assert.deepEqual(problems, [
      "MINTMARK_SMTP_ULR is not a setting of Mintmark; did you mean MINTMARK_SMTP_URL?",
      "DATABASE_URI is not a setting of Mintmark; did you mean DATABASE_URL?",
      "DATABASE_URL_FLIE is not a setting of Mintmark; did you mean DATABASE_URL?",
      "MINTMARK_HOTS_FILE is not a setting of Mintmark; did you mean MINTMARK_HOST_FILE?",
      "MINTMARK_PORT must be a whole number from 0 to 65535, in decimal digits",
    ]);
  });

  it("may belong to the command or to tests, be empty, or come from Kubernetes for a service", () => {
    const config = loadConfig({
      MINTMARK_TOKEN: "x",
      MINTMARK_PROFILE: "x",
      MINTMARK_URL: "x",
      MINTMARK_SERVICE_KEY: "x",
      MINTMARK_KEYRING: "off",
      MINTMARK_EXPIRY_WARNING: "off",
      MINTMARK_TEST_ROUNDS: "5",
      MINTMARK_NOTHING: "",
      MINTMARK_SERVICE_HOST: "10.0.0.1",
      MINTMARK_SERVICE_PORT: "3210",
      MINTMARK_SERVICE_PORT_HTTP: "3210",
      MINTMARK_PORT_3210_TCP: "tcp://10.0.0.1:3210",
      MINTMARK_PORT_3210_TCP_ADDR: "10.0.0.1",
      MINTMARK_WEB_PORT: "tcp://10.0.0.1:3210",
      DATABASE_PORT: "tcp://10.0.0.2:5432",
      DATABASE_SERVICE_HOST: "10.0.0.2",
    });
    assert.deepEqual([config.port, config.database.kind], [3210, "sqlite"]);
  });

  it("explains a port that is the address of a Kubernetes service", () => {
    const [problem, ...others] = problemsOf({ MINTMARK_PORT: "tcp://10.0.0.1:3210" });
    assert.match(problem ?? "", /^MINTMARK_PORT is the address .*enableServiceLinks: false/);
    assert.deepEqual(others, []);
  });
});

describe("a number", () => {
  it("consists of decimal digits only", () => {
    for (const port of ["0x1f90", "8e3", " 80", "80 ", "+80", "-1", "65536", "80.0", "1_000", "many"])
      assert.equal(problemsOf({ MINTMARK_PORT: port }).length, 1, port);
    assert.equal(loadConfig({ MINTMARK_PORT: "65535" }).port, 65_535);
    for (const name of ["MINTMARK_MINT_LIMIT", "MINTMARK_TOKEN_LIMIT", "MINTMARK_AUDIT_RETENTION_DAYS"])
      assert.equal(problemsOf({ [name]: "0x64" }).length, 1, name);
  });
});

describe("mail without an address of the instance", () => {
  const mail = { MINTMARK_SMTP_URL: "smtp://h", MINTMARK_MAIL_FROM: "tokens@example.com" };

  it("starts with a warning that says where links lead, and what to set", () => {
    assert.deepEqual(loadConfig({ ...mail, MINTMARK_PORT: "8080" }).warnings, [
      "the links in emails lead to http://127.0.0.1:8080, which other machines may not reach: set MINTMARK_BASE_URL to the address that people open",
    ]);
    assert.deepEqual(loadConfig({ ...mail, MINTMARK_BASE_URL: "https://tokens.example.com" }).warnings, []);
    assert.deepEqual(loadConfig({}).warnings, []);
  });
});
