// `/openapi.json` and `/docs/api`: the same document for programs and for people. Rule: the first request draws both in a
// worker thread, because the event loop must stay free for verifications, and the files are kept.
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import type { Reference } from "./draw-reference.ts";
import { serveFile, type PageRoute } from "./page.ts";

const EXTENSION = extname(import.meta.url);
const DRAWING = new URL(`draw-reference${EXTENSION}`, import.meta.url);
// A thread does not inherit the hooks with which `mintmark-server` takes the sources of a checkout.
const FLAGS = EXTENSION === ".ts" ? { execArgv: ["--conditions=development"] } : {};

export function referencePages(baseUrl: string): readonly PageRoute[] {
  let drawn: Promise<Reference> | undefined;
  const draw = async (): Promise<Reference> => {
    try {
      return await drawReference(baseUrl);
    } catch (error) {
      // The next request tries again.
      drawn = undefined;
      throw error;
    }
  };
  const page = (path: keyof Reference): PageRoute => ({
    path,
    respond: async ({ headers }) => serveFile((await (drawn ??= draw()))[path], headers),
  });
  return [page("/openapi.json"), page("/docs/api")];
}

function drawReference(baseUrl: string): Promise<Reference> {
  const { promise, resolve, reject } = Promise.withResolvers<Reference>();
  const worker = new Worker(DRAWING, { workerData: baseUrl, ...FLAGS });
  worker.once("message", resolve);
  worker.once("error", reject);
  worker.once("exit", () => reject(new Error("the worker that draws the API reference ended early")));
  return promise;
}
