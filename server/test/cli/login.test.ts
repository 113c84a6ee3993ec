// Logging in through the browser, from the command's side: how it polls, what it takes for an answer, and what it says.
// The instance is real, and so are the port and the requests to it; time is turned by hand.
import assert from "node:assert/strict";
import { get as httpGet } from "node:http";
import { PassThrough } from "node:stream";
import { after, before, describe, it } from "node:test";
import { secretPattern } from "@mintmark/core";
import type { Context } from "../../src/cli/context.ts";
import { Failure } from "../../src/cli/exit.ts";
import { ExpiryWarning } from "../../src/cli/expiry-warning.ts";
import { loginByCode } from "../../src/cli/login/by-code.ts";
import { loginByLoopback } from "../../src/cli/login/by-loopback.ts";
import { judgeSecret } from "../../src/cli/secret-shape.ts";
import { Output } from "../../src/cli/output.ts";
import { loadCliConfig } from "../../src/config/cli-config.ts";
import type { Client } from "../support/client.ts";
import { approve, claim } from "../support/device-login.ts";
import { startInstance, type TestInstance } from "../support/instance.ts";
import { type Person, Seed } from "../support/seed.ts";

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
  /** What was printed until now, and no secret in it. */
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
  it("polls as slowly as it is asked to, and has the token when it is approved", async () => {
    const { context, printed } = terminal();
    const waits: number[] = [];
    const secret = await loginByCode(context, instance.url, {
      open: false,
      wait: async (ms) => {
        waits.push(ms);
        // Its second poll comes too early: this clock was turned by less than it waited.
        instance.advance(waits.length === 2 ? 1_000 : ms);
        if (waits.length !== 4) return;
        await approve(session, await claim(session, { userCode: userCodeIn(printed()) }), ada.personal);
      },
    });
    assert.deepEqual(waits, [5_000, 5_000, 10_000, 10_000]);
    assert.ok(judgeSecret(secret).ok);
    assert.ok(printed().includes(`${instance.url}/device\n`));
  });

  it("ends with the reason when it is denied, and when nobody comes", async () => {
    const { context, printed } = terminal();
    const denied = loginByCode(context, instance.url, {
      open: false,
      wait: async () => {
        const id = await claim(session, { userCode: userCodeIn(printed()) });
        await session.post("/api/device/deny", { id });
      },
    });
    await assert.rejects(denied, isFailure("access_denied", /not approved/));
    const late = loginByCode(terminal().context, instance.url, {
      open: false,
      wait: async (ms) => instance.advance(ms),
    });
    await assert.rejects(late, isFailure("expired_token", /in time/));
  });
});

describe("mintmark login by loopback", () => {
  it("takes an answer with its own state only, at its own address, and then has the token", async () => {
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
    assert.ok(judgeSecret(await login).ok);
    await assert.rejects(bring(answer), "the port is closed");
    at.printed();
  });

  it("ends when the browser says that it was denied", async () => {
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

  it("ends when the server does not take the code", async () => {
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

function isFailure(code: string, message: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof Failure);
    assert.equal(error.code, code);
    assert.match(error.message, message);
    return true;
  };
}

interface Brought {
  readonly status: number | undefined;
  readonly location: string | undefined;
  readonly text: string;
}

/** What a browser does with a redirect, without following the next. */
function bring(url: URL, host: string = url.host): Promise<Brought> {
  return new Promise((resolve, reject) => {
    httpGet(url, { headers: { Host: host }, agent: false }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (chunk: string) => void (text += chunk));
      answer.on("end", () => resolve({ status: answer.statusCode, location: answer.headers.location, text }));
    }).on("error", reject);
  });
}
