import assert from "node:assert/strict";
import type { Server } from "node:http";
import { after, before, describe, it } from "node:test";
import { serve } from "@hono/node-server";
import { freePort } from "../../../tests/support/free-port.ts";
import { fileHeaders, fileStream } from "../../src/http/file-response.ts";
import type { FileResponse } from "../../src/http/operation.ts";

const CHUNK = "x".repeat(64 * 1024);

function fileOf(chunks: AsyncIterable<string>): FileResponse {
  return { contentType: "text/csv; charset=utf-8", fileName: "tokens.csv", chunks };
}

describe("a file as a response", () => {
  let server: Server;
  let url: string;
  let file: FileResponse;
  const failures: unknown[] = [];

  before(async () => {
    const port = await freePort();
    url = `http://127.0.0.1:${port}/`;
    const fetchFile = async (): Promise<Response> =>
      new Response(await fileStream(file, (error) => failures.push(error)), { headers: { ...fileHeaders(file) } });
    await new Promise<void>((resolve) => {
      server = serve({ fetch: fetchFile, port, hostname: "127.0.0.1" }, () => resolve()) as unknown as Server;
    });
  });
  after(() => void server.close());

  it("arrives whole, under its name, and is never shown as a page", async () => {
    file = fileOf(
      (async function* () {
        yield "a,b\r\n";
        yield "1,é\r\n";
      })(),
    );
    const response = await fetch(url);
    assert.equal(await response.text(), "a,b\r\n1,é\r\n");
    assert.equal(response.headers.get("content-type"), "text/csv; charset=utf-8");
    assert.equal(response.headers.get("content-disposition"), 'attachment; filename="tokens.csv"');
  });

  it("refuses before anything is sent when its first chunk cannot be made", async () => {
    const broken = fileOf(
      (async function* () {
        await Promise.reject(new Error("no authority"));
        yield "never";
      })(),
    );
    await assert.rejects(
      fileStream(broken, () => assert.fail("it was not under way")),
      /no authority/,
    );
  });

  it("breaks the connection when it fails midway, so that nobody takes a part for the whole", async () => {
    file = fileOf(
      (async function* () {
        yield CHUNK;
        yield CHUNK;
        throw new Error("the database went away");
      })(),
    );
    await assert.rejects(async () => (await fetch(url)).text());
    assert.match(String(failures.at(-1)), /the database went away/);
  });

  it("is made only as fast as the client reads it, and no further after the client has left", async () => {
    let made = 0;
    let left: () => void = () => {};
    const ended = new Promise<void>((resolve) => (left = resolve));
    file = fileOf(
      (async function* () {
        try {
          for (;;) {
            made += 1;
            yield CHUNK;
          }
        } finally {
          left();
        }
      })(),
    );
    const response = await fetch(url);
    const reader = (response.body ?? assert.fail()).getReader();
    await reader.read();
    await reader.cancel();
    await ended;
    assert.ok(made < 2_000, `${made} chunks were made for one that was read`);
  });

  it("has a name that needs no quoting", () => {
    assert.throws(() => fileHeaders({ ...fileOf((async function* () {})()), fileName: 'a"b.csv' }), /quoting/);
  });
});
