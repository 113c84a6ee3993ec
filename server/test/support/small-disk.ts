// A real file system of a few megabytes that a test can fill, so that the system's errors are those that an operator
// would see. Only root may mount it. For other users the test is skipped with the reason.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, rmdirSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface SmallDisk {
  readonly path: string;
  free(): number;
  /** Takes all the room that is left, as another program would. */
  fill(): void;
  /** Gives back what was filled. */
  empty(): void;
  remove(): void;
}

/** A mounted disk, or the reason why there is none. */
export function mountSmallDisk(megabytes: number): SmallDisk | string {
  const path = mkdtempSync(join(tmpdir(), "mintmark-disk-"));
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m,mode=700`, "mintmark-test", path]);
  if (mounted.status !== 0) {
    rmdirSync(path);
    return `a small file system cannot be mounted here (${String(mounted.stderr ?? mounted.error).trim()})`;
  }
  const free = (): number => {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize;
  };
  let fillings = 0;
  return {
    path,
    free,
    fill() {
      const left = free();
      if (left > 0) writeFileSync(join(path, `filling-${fillings++}`), Buffer.alloc(left, 1));
    },
    empty() {
      while (fillings > 0) rmSync(join(path, `filling-${--fillings}`));
    },
    remove() {
      const unmounted = spawnSync("umount", [path]);
      if (unmounted.status === 0) rmdirSync(path);
    },
  };
}
