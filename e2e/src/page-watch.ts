// Records forbidden behavior of pages while a browser profile is open.
import type { BrowserContext, Page } from "playwright-core";

/** The target of the response to a login of the command: a port of this machine. */
const LOGIN_ANSWER = /^http:\/\/127\.0\.0\.1:\d+\/(callback\?|done$|denied$)/;

/** Behavior that one test allows. */
export interface Allowance {
  /** The origins of other sites that the page is about. */
  readonly otherSites?: readonly string[];
  /** Messages in the console that the test causes. */
  readonly expected?: RegExp;
}

/**
 * Records errors in the console, uncaught exceptions, breaches of the content security policy, requests to other hosts
 * and dialogs of the browser, one line each, in the returned array.
 */
export async function watchPages(
  context: BrowserContext,
  baseUrl: string,
  { otherSites = [], expected }: Allowance = {},
): Promise<readonly string[]> {
  const misdeeds: string[] = [];
  const origins = [new URL(baseUrl).origin, ...otherSites];
  // The browser reports each breach itself too, but not which directive an evaluated string has broken.
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sample }) => {
      // oxlint-disable-next-line no-console -- the console is what is watched
      console.error(`securitypolicyviolation: ${violatedDirective} blocked ${blockedURI} ${sample}`);
    });
  });
  context.on("page", (page) => watch(page, misdeeds, expected));
  context.on("request", (request) => {
    const url = new URL(request.url());
    if (request.isNavigationRequest() && LOGIN_ANSWER.test(url.href)) return;
    if (/^https?:$/.test(url.protocol) && !origins.includes(url.origin)) misdeeds.push(`request to ${url.href}`);
  });
  return misdeeds;
}

function watch(page: Page, misdeeds: string[], expected: RegExp | undefined): void {
  page.on("pageerror", (error) => misdeeds.push(`uncaught ${error.stack ?? error.message}`));
  page.on("dialog", (dialog) => {
    misdeeds.push(`${dialog.type()}: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("console", (message) => {
    if (message.type() !== "error" && message.type() !== "warning") return;
    if (expected?.test(message.text()) === true) return;
    const { url } = message.location();
    // A refusal by the API, or of the page itself: the browser logs it on its own, and the page shows it. A page that is
    // opened signed out asks for no session, so it gets no 401.
    const status = /the server responded with a status of (4\d\d)/.exec(message.text())?.[1];
    const isForNoSession = status === "401" && /\/api\/session(\/if-any)?$/.test(url);
    if (status !== undefined && !isForNoSession && (url.includes("/api/") || url === page.url())) return;
    misdeeds.push(`console ${message.type()}: ${message.text()} (${url})`);
  });
}
