// `npm run image`: builds the image of deploy/Dockerfile from the files of the checkout, every step of it, and lets it do the
// main job. `npm test` takes what it has already installed and compiled instead, which saves some minutes.
import { chown, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { whyNoRoot } from "../tests/support/debian-root.ts";
import { freePort } from "../tests/support/free-port.ts";
import { buildImage, copyContext } from "./src/image.ts";
import { doMainJob } from "./src/main-job.ts";

const reason = await whyNoRoot();
if (reason !== null) {
  process.stderr.write(`image: error: no other root can be made here: ${reason}\n`);
  process.exit(1);
}
const scratch = await mkdtemp(join(tmpdir(), "mintmark-image-"));
try {
  const startedAt = performance.now();
  const image = await buildImage(scratch, copyContext);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
  process.stdout.write(`Built in ${seconds} s\n`);
  const data = join(scratch, "data");
  await mkdir(data);
  await chown(data, 1000, 1000);
  const server = image.start(data, { MINTMARK_PORT: String(await freePort()), MINTMARK_HOST: "127.0.0.1" });
  try {
    const [, url = "", code = ""] = await server.waitFor(/^ {2}(http:\S+)\/setup#code=(\w+)$/m);
    await doMainJob(url, code);
    process.stdout.write("Set up, minted, verified and revoked\n");
  } finally {
    await server.kill();
  }
} finally {
  await rm(scratch, { recursive: true, force: true });
}
