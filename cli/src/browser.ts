// A page in the person's browser. The library that starts one is loaded only for that.
import type { Context } from "./context.ts";

/** Opens the page, unless there is no browser here to open it; answers whether one was asked to. */
export async function openPage({ config }: Context, url: string): Promise<boolean> {
  if (!config.hasBrowser) return false;
  try {
    const { default: open } = await import("open");
    const child = await open(url);
    // It outlives the command, and what it cannot do is told by it.
    child.on("error", () => {});
    child.unref();
    return true;
  } catch {
    return false;
  }
}
