// Opens pages in the person's browser. The library that starts the browser is loaded only when it is needed.
import type { Context } from "./context.ts";

/** Opens the page if there is a browser here. Returns whether a browser was started. */
export async function openPage({ config }: Context, url: string): Promise<boolean> {
  if (!config.hasBrowser) return false;
  try {
    const { default: open } = await import("open");
    const child = await open(url);
    // The browser outlives the command, and shows its own errors.
    child.on("error", () => {});
    child.unref();
    return true;
  } catch {
    return false;
  }
}
