// Every way JavaScript has of turning a value into text is tried on a secret; none may show it.
/* oxlint-disable typescript/restrict-template-expressions, typescript/no-misused-spread -- these are the ways */
import assert from "node:assert/strict";
import { Console } from "node:console";
import { Writable } from "node:stream";
import { describe, it } from "node:test";
import { format, inspect } from "node:util";
import { serialize } from "node:v8";
import { Secret } from "../src/format.ts";

const PLAINTEXT = "mm_pat_c4f3c4f3c4f3c4f3c4f3c4f3c4f3c4f3c4f3c4f3c4f3c4f3";

/** The text that each conversion of the value gives. */
const WAYS: Readonly<Record<string, (secret: Secret) => unknown>> = {
  "String()": (secret) => String(secret),
  "toString()": (secret) => secret.toString(),
  "a template": (secret) => `${secret}`,
  addition: (secret) => "a" + (secret as unknown as string),
  "Number()": (secret) => Number(secret),
  "Array.join()": (secret) => [secret].join(),
  "an object's key": (secret) => JSON.stringify({ [secret as unknown as string]: 1 }),
  JSON: (secret) => JSON.stringify(secret),
  "JSON of what holds it": (secret) => JSON.stringify({ a: [secret], b: new Map([[1, secret]]) }),
  "toLocaleString()": (secret) => secret.toLocaleString(),
  "Object.entries()": (secret) => JSON.stringify(Object.entries(secret)),
  "own properties": (secret) => JSON.stringify(Object.getOwnPropertyDescriptors(secret)),
  "every own key": (secret) => Reflect.ownKeys(secret).map(String).join(),
  "a spread": (secret) => inspect({ ...secret }),
  "Object.assign()": (secret) => JSON.stringify(Object.assign({}, secret)),
  "structuredClone()": (secret) => inspect(structuredClone(secret), { depth: null, showHidden: true }),
  "v8.serialize()": (secret) => serialize({ secret }).toString("latin1"),
  URLSearchParams: (secret) => new URLSearchParams({ token: secret as unknown as string }).toString(),
  "encodeURIComponent()": (secret) => encodeURIComponent(secret as unknown as string),
  "inspect()": (secret) => inspect(secret),
  "inspect() of what holds it": (secret) => inspect({ deep: { deeper: [new Set([secret])] } }, { depth: null }),
  "inspect() of hidden parts": (secret) => inspect(secret, { showHidden: true, customInspect: false, getters: true }),
  "format()": (secret) => ["%s", "%d", "%i", "%f", "%j", "%o", "%O", "%c"].map((way) => format(way, secret)).join(),
  "an error's message": (secret) => new Error(`cannot use ${secret}`).message,
  "an error's cause": (secret) => inspect(new Error("cannot", { cause: secret }), { depth: null }),
  "an error's properties": (secret) => inspect(Object.assign(new Error("cannot"), { secret })),
  "an error that is thrown": (secret) => {
    try {
      throw secret;
    } catch (thrown) {
      return inspect(thrown) + String(thrown);
    }
  },
  "an assertion that fails": (secret) => {
    try {
      assert.deepEqual({ secret }, { secret: "something else" });
      return "";
    } catch (error) {
      return `${inspect(error)}${String((error as Error).stack)}`;
    }
  },
};

describe("a Secret", () => {
  for (const [name, way] of Object.entries(WAYS)) {
    it(`does not show itself through ${name}`, () => {
      const text = String(way(new Secret(PLAINTEXT)));
      assert.ok(!text.includes(PLAINTEXT.slice(7, 15)), `it is in ${JSON.stringify(text)}`);
    });
  }

  for (const method of ["log", "info", "warn", "error", "debug", "trace", "dir", "table"] as const) {
    it(`does not show itself through console.${method}()`, () => {
      let written = "";
      const sink = new Writable({
        write(chunk: Buffer, _encoding, done) {
          written += chunk.toString();
          done();
        },
      });
      const output = new Console({ stdout: sink, stderr: sink });
      const secret = new Secret(PLAINTEXT);
      output[method](secret);
      output[method]({ held: [secret] });
      assert.notEqual(written, "");
      assert.ok(!written.includes(PLAINTEXT.slice(7, 15)), `it is in ${JSON.stringify(written)}`);
    });
  }

  it("says what it is instead", () => {
    const secret = new Secret(PLAINTEXT);
    assert.equal(`${secret}`, "[secret]");
    assert.equal(JSON.stringify({ secret }), '{"secret":"[secret]"}');
    assert.equal(inspect(secret), "[secret]");
  });

  it("gives its text when expose() is called", () => {
    assert.equal(new Secret(PLAINTEXT).expose(), PLAINTEXT);
  });
});
