// Which of the project's own files a request passes through: the files with a function that V8 counts as called until
// the response is sent. The instance runs in this process, so the inspector counts the server's code.
import { Session } from "node:inspector/promises";
import { join, relative } from "node:path";
import { setImmediate } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
/**
 * The code that serves a request. The client and the fixtures of the test run in the same process, and are not counted.
 */
const SERVING = ["core/src/", "server/src/"].map((folder) => pathToFileURL(join(root, folder)).href);

/** Requests before the first measured one, so that nothing is loaded or prepared for the first time. */
const WARM_UP = 2;
/**
 * Measured requests. A file counts when all of them pass through it, so that a timer that fires during one of them does
 * not count.
 */
const ROUNDS = 3;

/** Prepares one request, and returns a function that sends it and checks the response. */
export type PrepareRequest = () => Promise<() => Promise<unknown>>;

/** The files that the request passes through, from the repository's root, sorted. */
export async function filesPassedBy(prepare: PrepareRequest): Promise<readonly string[]> {
  for (let sent = 0; sent < WARM_UP; sent++) await (await prepare())();
  const session = new Session();
  session.connect();
  try {
    await session.post("Profiler.enable");
    await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: false });
    let passed: ReadonlySet<string> | undefined;
    for (let round = 0; round < ROUNDS; round++) {
      const send = await prepare();
      await filesCalled(session);
      await send();
      // Metrics and use are counted in the turn of the response. The client may see the response first.
      await setImmediate();
      const called = await filesCalled(session);
      passed = passed?.intersection(called) ?? called;
    }
    return [...(passed ?? [])].sort();
  } finally {
    session.disconnect();
  }
}

/** The files with a function that was called since the previous look: each look starts the counters again. */
async function filesCalled(session: Session): Promise<ReadonlySet<string>> {
  const { result } = await session.post("Profiler.takePreciseCoverage");
  const called = result.filter(
    ({ url, functions }) =>
      SERVING.some((folder) => url.startsWith(folder)) &&
      functions.some(({ ranges }) => ranges.some(({ count }) => count > 0)),
  );
  return new Set(called.map(({ url }) => relative(root, fileURLToPath(url)).replaceAll("\\", "/")));
}
