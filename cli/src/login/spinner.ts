// Shows that the command is waiting while a person acts elsewhere. It writes to standard error, and only to a terminal.
import type { Context } from "../context.ts";

const FRAMES = ["◒", "◐", "◓", "◑"];
const FRAME_MS = 120;
/** Moves up one line and clears it. */
const TAKE_BACK = "\u001b[1A\r\u001b[2K";

/** Shows a moving line while the work runs, and removes it afterwards. */
export async function waiting<T>({ stderr, output }: Context, text: string, work: () => Promise<T>): Promise<T> {
  if (stderr.isTTY !== true || output.json) return work();
  let frame = 0;
  // Each frame ends its line, so that text after a Ctrl-C begins on a new line.
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
