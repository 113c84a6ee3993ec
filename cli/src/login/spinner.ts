// A sign of life while a person acts elsewhere: on standard error, and only where somebody looks at it.
import type { Context } from "../context.ts";

const FRAMES = ["◒", "◐", "◓", "◑"];
const FRAME_MS = 120;
/** Up to the line above, which is emptied. */
const TAKE_BACK = "\u001b[1A\r\u001b[2K";

/** Runs the work under a line that moves; the line is gone when the work is done. */
export async function waiting<T>({ stderr, output }: Context, text: string, work: () => Promise<T>): Promise<T> {
  if (stderr.isTTY !== true || output.json) return work();
  let frame = 0;
  // The line is ended each time, so that whatever follows a Ctrl-C begins on a line of its own.
  const draw = (): void => void stderr.write(`${FRAMES[frame++ % FRAMES.length]} ${text}, Ctrl-C ends it\n`);
  draw();
  const timer = setInterval(() => {
    stderr.write(TAKE_BACK);
    draw();
  }, FRAME_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    stderr.write(TAKE_BACK);
  }
}
