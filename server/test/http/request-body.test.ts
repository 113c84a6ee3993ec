// Bodies that nobody sends by accident: each is the sender's mistake, and none is logged as the server's.
import assert from "node:assert/strict";
import { request } from "node:http";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { assertProblem } from "../support/accounts.ts";
import { withInstance } from "../support/with-instance.ts";

describe("a request's body", () => {
  const { instance } = withInstance();

  const faults = (): readonly string[] => instance.log.filter((line) => line.includes("request failed"));

  it("may not be nested deeper than the stack", async () => {
    for (const depth of [50, 8_000, 30_000]) {
      const nested = "[".repeat(depth) + "]".repeat(depth);
      const response = await fetch(`${instance.url}/api/sign-in`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: `{"email":${nested},"password":"x"}`,
      });
      const reply = { status: response.status, headers: response.headers, body: await response.json() };
      assertProblem(reply, 400, "field_invalid");
    }
    assert.deepEqual(faults(), []);
  });

  it("that breaks off is not logged as an error of the server", async () => {
    const headers = { "Content-Type": "application/json", "Content-Length": "1000" };
    const sending = request(`${instance.url}/api/sign-in`, { method: "POST", headers });
    sending.on("error", () => {});
    sending.write('{"email":');
    await new Promise<void>((resolve) => instance.server.once("request", () => resolve()));
    sending.destroy();
    const isAnswered = (): boolean => instance.log.some((line) => line.includes('"operation":"signIn","status":400'));
    for (let wait = 0; wait < 1_000 && !(faults().length > 0 || isAnswered()); wait++) await delay(5);
    assert.deepEqual(faults(), []);
  });
});
