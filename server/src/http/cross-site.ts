import { Refusal } from "../service/refusal.ts";

/**
 * Refuses a request that another site made the browser send. Browsers say so in `Sec-Fetch-Site`; older
 * ones send an Origin, which must then be the instance's own. A request with a session cookie must carry
 * one of the two; without a cookie (curl signing in) both may be absent.
 */
export function refuseCrossSite(headers: Headers, baseUrl: string, hasCookie: boolean): void {
  const site = headers.get("sec-fetch-site");
  if (site === "same-origin") return;
  const origin = headers.get("origin");
  if (site === null && origin === baseUrl) return;
  if (site === null && origin === null && !hasCookie) return;
  throw new Refusal(
    "cross_site_request",
    `The request did not come from a page of ${baseUrl}. Open the web app there and try again.`,
  );
}
