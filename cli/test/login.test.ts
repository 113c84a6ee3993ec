// Logins through the browser, as the command sees them: its polls, the responses that it accepts, and its messages. The
// instance, the port and the requests are real. The test advances the clock.
import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { get as httpGet } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { after, before, describe, it } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { secretPattern } from "@mintmark/core";
import { freePort } from "../../tests/support/free-port.ts";
import { Failure, Output } from "@mintmark/terminal";
import type { Context } from "../src/context.ts";
import { ExpiryWarning } from "../src/expiry-warning.ts";
import { loginByCode } from "../src/login/by-code.ts";
import { loginByLoopback } from "../src/login/by-loopback.ts";
import { run } from "../src/run.ts";
import { checkSecret } from "../src/secret-shape.ts";
import { loadCliConfig } from "../src/config.ts";
import type { Client } from "../../server/test/support/client.ts";
import { approve, claim } from "../../server/test/support/device-login.ts";
import { startInstance, type TestInstance } from "../../server/test/support/instance.ts";
import { type Person, Seed } from "../../server/test/support/seed.ts";

let instance: TestInstance;
let ada: Person;
let session: Client;
before(async () => {
  instance = await startInstance();
  const seed = new Seed(instance);
  ada = await seed.person("Ada");
  session = await seed.session(ada);
});
after(() => instance.close());

interface Terminal {
  readonly context: Context;
  /** Returns the output so far, after a check that it contains no secret. */
  readonly printed: () => string;
}

function terminal(): Terminal {
  let printed = "";
  const stream = new PassThrough();
  stream.on("data", (chunk: Buffer) => void (printed += chunk.toString()));
  const output = new Output({ stdout: stream, stderr: stream, json: false, color: false });
  const expiry = new ExpiryWarning({ isWanted: false });
  const config = loadCliConfig({ HOME: "/nowhere" }, "linux");
  return {
    context: { config, output, stdin: new PassThrough(), stderr: stream, expiry, finish: () => {} },
    printed: () => {
      assert.doesNotMatch(printed, secretPattern("[a-z0-9]+"));
      return printed;
    },
  };
}

function match(text: string, pattern: RegExp): string {
  return pattern.exec(text)?.[1] ?? assert.fail(`${pattern} is not in ${text}`);
}

const userCodeIn = (printed: string): string => match(printed, /^ {2}([A-Z]{4}-[A-Z]{4})$/m);
const addressIn = (printed: string): string => match(printed, /^ {2}(http\S+authorize\S+)$/m);

/** Waits until the command has printed its address. */
async function addressOf({ printed }: Terminal): Promise<URL> {
  while (!printed().includes("/cli/authorize?")) await new Promise((resolve) => setImmediate(resolve));
  return new URL(addressIn(printed()));
}

describe("mintmark login by a code", () => {
  it("polls as slowly as the server requires, and gets the token after the approval", async () => {
    const { context, printed } = terminal();
    const waits: number[] = [];
    const secret = await loginByCode(context, instance.url, {
      open: false,
      wait: async (ms) => {
        waits.push(ms);
        // The second poll comes too early, because the clock was advanced by less than the required delay.
        instance.advance(waits.length === 2 ? 1_000 : ms);
        if (waits.length !== 4) return;
        await approve(session, await claim(session, { userCode: userCodeIn(printed()) }), ada.personal);
      },
    });
    assert.deepEqual(waits, [5_000, 5_000, 10_000, 10_000]);
    assert.ok(checkSecret(secret).ok);
    assert.ok(printed().includes(`${instance.url}/device\n`));
  });

  it("ends with the reason when it is denied, and when nobody approves it", async () => {
    const { context, printed } = terminal();
    const denied = loginByCode(context, instance.url, {
      open: false,
      wait: async () => {
        const id = await claim(session, { userCode: userCodeIn(printed()) });
        await session.post("/api/device/deny", { id });
      },
    });
    await assert.rejects(
      denied,
      isFailure("access_denied", /^the login was not approved$/, "the login was denied in the browser"),
    );
    const late = loginByCode(terminal().context, instance.url, {
      open: false,
      wait: async (ms) => instance.advance(ms),
    });
    await assert.rejects(late, isFailure("expired_token", /in time/));
  });
});

describe("mintmark login at a host name that the instance does not accept", () => {
  it("names the address to use, and the setting for the operator", async () => {
    const other = instance.url.replace("127.0.0.1", "0.0.0.0");
    const logins = [
      loginByCode(terminal().context, other, { open: false, wait: async () => assert.fail("nothing to wait for") }),
      loginByLoopback(terminal().context, other, { open: false }),
    ];
    for (const login of logins) {
      const hint = `this instance is at ${instance.url}, not at ${new URL(other).host}: use that address`;
      await assert.rejects(login, (error) => {
        assert.ok(error instanceof Failure);
        assert.equal(error.code, "host_unknown");
        assert.ok((error.hint ?? "").startsWith(hint), String(error.hint));
        assert.match(error.hint ?? "", /MINTMARK_BASE_URL/);
        return true;
      });
    }
  });
});

describe("mintmark login by loopback", () => {
  it("accepts only a response with its state at its address, and then gets the token", async () => {
    const at = terminal();
    const login = loginByLoopback(at.context, instance.url, { open: false });
    const url = await addressOf(at);
    const { searchParams } = url;
    assert.equal(url.origin + url.pathname, `${instance.url}/cli/authorize`);
    const redirectUri = searchParams.get("redirect_uri") ?? "";
    const body = { redirectUri, codeChallenge: searchParams.get("code_challenge"), deviceName: "x" };
    const { body: request } = await session.post("/api/device/loopback", body);
    const { body: decision } = await approve(session, request.id, ada.personal);
    const answer = new URL(decision.returnTo);
    assert.equal((await bring(answer, answer.host, "//")).status, 404, "at what is no address");
    assert.equal((await bring(answer)).status, 404, "without a state");
    answer.searchParams.set("state", "another");
    assert.equal((await bring(answer)).status, 404, "with another state");
    answer.searchParams.set("state", searchParams.get("state") ?? "");
    assert.equal((await bring(answer, "evil.example")).status, 404, "under another name");
    const brought = await bring(answer);
    assert.deepEqual([brought.status, brought.location], [303, "/done"]);
    const page = await bring(new URL("/done", answer));
    assert.match(page.text, /You can close this window/);
    assert.doesNotMatch(page.text, /<script|https?:\/\//);
    assert.ok(checkSecret(await login).ok);
    await assert.rejects(bring(answer), "the port is closed");
    at.printed();
  });

  it("opens no browser for a host that cannot be reached", async () => {
    const at = terminal();
    const login = loginByLoopback(at.context, `http://127.0.0.1:${await freePort()}`, { open: false });
    await assert.rejects(login, isFailure("unreachable", /is the server running/));
    assert.equal(at.printed(), "");
  });

  it("ends when the login is denied in the browser", async () => {
    const at = terminal();
    const login = loginByLoopback(at.context, instance.url, { open: false });
    const { searchParams } = await addressOf(at);
    const denial = new URL(searchParams.get("redirect_uri") ?? "");
    denial.search = new URLSearchParams({ error: "access_denied", state: searchParams.get("state") ?? "" }).toString();
    const rejected = assert.rejects(login, isFailure("access_denied", /denied in the browser/));
    assert.equal((await bring(denial)).location, "/denied");
    await bring(new URL("/denied", denial));
    await rejected;
  });

  it("ends when the server refuses the code", async () => {
    const at = terminal();
    const login = loginByLoopback(at.context, instance.url, { open: false });
    const { searchParams } = await addressOf(at);
    const answer = new URL(searchParams.get("redirect_uri") ?? "");
    answer.search = new URLSearchParams({ code: "0".repeat(64), state: searchParams.get("state") ?? "" }).toString();
    const rejected = assert.rejects(login, isFailure("invalid_grant", /refused/));
    await bring(answer);
    await bring(new URL("/done", answer));
    await rejected;
  });
});

describe("mintmark login at a terminal", () => {
  it("shows that it waits, and offers to revoke the token that it replaces", async (t) => {
    const home = await mkdtemp(join(tmpdir(), "mintmark-login-"));
    t.after(() => rm(home, { recursive: true, force: true }));
    const first = await loginAt(home, "first");
    assert.equal(first.exitCode, 0, first.drawn);
    assert.match(first.drawn, /Waiting for your browser/);
    assert.match(first.stdout, /^Logged in to http\S+ as Ada </);
    assert.match(first.stdout, /^The token "first" expires on /m);
    const second = await loginAt(home, "second", "y");
    assert.equal(second.exitCode, 0, second.drawn);
    assert.match(second.drawn, /The token "first" was stored here before and still works. Revoke it\?/);
    assert.match(second.stdout, /^Revoked the token "first"$/m);
    const { items } = await instance.deps.store.reads.listTokensOfUser(ada.id, null, { limit: 200, after: null });
    const revoked = items.filter(({ name }) => name === "first" || name === "second");
    assert.deepEqual(
      revoked.map(({ name, revokedAt }) => [name, revokedAt !== null]),
      [
        ["second", false],
        ["first", true],
      ],
    );
  });
});

describe("mintmark login where nothing can be stored", () => {
  const tokensNamed = async (wanted: string) => {
    const { items } = await instance.deps.store.reads.listTokensOfUser(ada.id, null, { limit: 200, after: null });
    return items.filter(({ name }) => name === wanted);
  };

  it("fails before it asks for an approval, in every way to log in", async (t) => {
    const home = await mkdtemp(join(tmpdir(), "mintmark-login-"));
    t.after(() => rm(home, { recursive: true, force: true }));
    await writeFile(join(home, ".config"), "no folder");
    // Nobody listens at port 1, so a request there would cause another error.
    const environment = { HOME: home, MINTMARK_URL: "http://127.0.0.1:1", MINTMARK_KEYRING: "off" };
    for (const args of [["login"], ["login", "--device"], ["login", "--with-token"], ["service-key", "keep"]]) {
      const [stdout, stderr] = [new PassThrough(), new PassThrough()];
      const streams = { stdin: new PassThrough().end("mm_pat_0"), stdout, stderr };
      assert.equal(await run(args, loadCliConfig(environment, "linux"), streams), 1, args.join(" "));
      const told = Buffer.concat(await stderr.end().toArray()).toString();
      assert.match(told, /error: cannot write .*\.config\/mintmark\/credentials\.json: .* \(E[A-Z]+\)/, args.join(" "));
      assert.match(told, /hint: make the folder writable, .* or set HOME or XDG_CONFIG_HOME/);
    }
  });

  it("revokes the minted token when storing it fails after all", async (t) => {
    const home = await mkdtemp(join(tmpdir(), "mintmark-login-"));
    t.after(() => rm(home, { recursive: true, force: true }));
    const folder = join(home, ".config", "mintmark");
    const login = await loginAt(home, "lost", "", async () => {
      await mkdir(join(home, ".config"));
      await writeFile(folder, "no folder");
    });
    assert.equal(login.exitCode, 1);
    assert.match(login.drawn, /error: the token was minted but could not be stored: .*; it was revoked/);
    const tokens = await tokensNamed("lost");
    assert.deepEqual(
      tokens.map(({ revokedAt, revokedReason }) => [revokedAt !== null, revokedReason]),
      [[true, "self"]],
    );
  });
});

interface AtTerminal {
  readonly exitCode: number;
  readonly stdout: string;
  /** The text that was sent to the terminal. */
  readonly drawn: string;
}

/** Runs the whole command at a terminal, approves its login under this name, and presses the key at the question. */
async function loginAt(
  home: string,
  name: string,
  key = "",
  afterApproval: () => Promise<void> = async () => {},
): Promise<AtTerminal> {
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => stdin });
  const stdout = new PassThrough();
  const stderr = Object.assign(new PassThrough(), { isTTY: true, columns: 200, rows: 30 });
  const address = Promise.withResolvers<URL>();
  let drawn = "";
  let isTyped = false;
  stderr.on("data", (chunk: Buffer) => {
    drawn += stripVTControlCharacters(chunk.toString());
    const [, url] = /^ {2}(http\S+authorize\S+)$/m.exec(drawn) ?? [];
    if (url !== undefined) address.resolve(new URL(url));
    if (isTyped || !drawn.includes("Revoke it?")) return;
    isTyped = true;
    setImmediate(() => stdin.write(key));
  });
  const environment = { HOME: home, MINTMARK_URL: instance.url, MINTMARK_KEYRING: "off", BROWSER: "true" };
  const running = run(["login", "--no-open"], loadCliConfig(environment, "linux"), { stdin, stdout, stderr });
  const { searchParams } = await address.promise;
  const redirectUri = searchParams.get("redirect_uri") ?? "";
  const opened = await session.post("/api/device/loopback", {
    redirectUri,
    codeChallenge: searchParams.get("code_challenge"),
  });
  const answer = new URL((await approve(session, opened.body.id, ada.personal, { name })).body.returnTo);
  answer.searchParams.set("state", searchParams.get("state") ?? "");
  await afterApproval();
  await bring(answer);
  await bring(new URL("/done", answer));
  const exitCode = await running;
  stdout.end();
  const printed = Buffer.concat(await stdout.toArray()).toString();
  assert.doesNotMatch(printed + drawn, secretPattern("[a-z0-9]+"));
  return { exitCode, stdout: printed, drawn };
}

function isFailure(code: string, message: RegExp, hint?: string): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof Failure);
    assert.equal(error.code, code);
    assert.match(error.message, message);
    if (hint !== undefined) assert.equal(error.hint, hint);
    return true;
  };
}

interface Brought {
  readonly status: number | undefined;
  readonly location: string | undefined;
  readonly text: string;
}

/** Follows one redirect as a browser does, but not the next. */
function bring(url: URL, host: string = url.host, path: string = url.pathname + url.search): Promise<Brought> {
  return new Promise((resolve, reject) => {
    httpGet(url, { path, headers: { Host: host }, agent: false }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (chunk: string) => void (text += chunk));
      answer.on("end", () => resolve({ status: answer.statusCode, location: answer.headers.location, text }));
    }).on("error", reject);
  });
}
