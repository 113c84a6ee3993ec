// Records forbidden behavior of pages while a browser profile is open.
import type { BrowserContext, Page } from "playwright-core";

/** The target of the response to a login of the command: a port of this machine. */
const LOGIN_ANSWER = /^http:\/\/127\.0\.0\.1:\d+\/(callback\?|done$|denied$)/;

/**
 * Records errors in the console, uncaught exceptions, breaches of the content security policy, requests to other hosts
 * and dialogs of the browser, one line each, in the returned array.
 */
export async function watchPages(context: BrowserContext, baseUrl: string): Promise<readonly string[]> {
  const misdeeds: string[] = [];
  const origin = new URL(baseUrl).origin;
  // The browser reports each breach itself too, but not which directive an evaluated string has broken.
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sample }) => {
      // oxlint-disable-next-line no-console -- the console is what is watched
      console.error(`securitypolicyviolation: ${violatedDirective} blocked ${blockedURI} ${sample}`);
    });
  });
  context.on("page", (page) => watch(page, misdeeds));
  context.on("request", (request) => {
    const url = new URL(request.url());
    if (request.isNavigationRequest() && LOGIN_ANSWER.test(url.href)) return;
    if (/^https?:$/.test(url.protocol) && url.origin !== origin) misdeeds.push(`request to ${url.href}`);
  });
  return misdeeds;
}

function watch(page: Page, misdeeds: string[]): void {
  page.on("pageerror", (error) => misdeeds.push(`uncaught ${error.stack ?? error.message}`));
  page.on("dialog", (dialog) => {
    misdeeds.push(`${dialog.type()}: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("console", (message) => {
    if (message.type() !== "error" && message.type() !== "warning") return;
    const { url } = message.location();
    // A refusal by the API, or of the page itself: the browser logs it on its own, and the page shows it.
    const isRefusal = /the server responded with a status of 4\d\d/.test(message.text());
    if (isRefusal && (url.includes("/api/") || url === page.url())) return;
    misdeeds.push(`console ${message.type()}: ${message.text()} (${url})`);
  });
}
