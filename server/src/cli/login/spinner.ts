// A sign of life while a person acts elsewhere: on standard error, and only where somebody looks at it.
import type { Context } from "../context.ts";

const FRAMES = ["◒", "◐", "◓", "◑"];
const FRAME_MS = 120;
const CLEAR_LINE = "\r\u001b[2K";

/** Runs the work under a line that moves; the line is gone when the work is done. */
export async function waiting<T>({ stderr, output }: Context, text: string, work: () => Promise<T>): Promise<T> {
  if (stderr.isTTY !== true || output.json) return work();
  let frame = 0;
  const draw = (): void => {
    const sign = FRAMES[frame++ % FRAMES.length] as string;
    stderr.write(`${CLEAR_LINE}${sign} ${text}, Ctrl-C ends it`);
  };
  draw();
  const timer = setInterval(draw, FRAME_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    stderr.write(CLEAR_LINE);
  }
}
