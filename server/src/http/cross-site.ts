import { Refusal } from "../service/refusal.ts";
import type { Hosts } from "./host.ts";

/**
 * Refuses a request that another site made the browser send. Browsers say so in `Sec-Fetch-Site`; older
 * ones send an Origin, which must then be the instance's own. A request with a session cookie must carry
 * one of the two; without a cookie (curl signing in) both may be absent. An Origin that names another host is
 * refused whatever else is said.
 */
export function refuseCrossSite(headers: Headers, baseUrl: string, hosts: Hosts, hasCookie: boolean): void {
  const site = headers.get("sec-fetch-site");
  const origin = headers.get("origin");
  if (site === "same-origin" && (origin === null || hosts.isOwnOrigin(origin))) return;
  if (site === null && origin === baseUrl) return;
  if (site === null && origin === null && !hasCookie) return;
  throw new Refusal(
    "cross_site_request",
    `The request did not come from a page of ${baseUrl}. Open the web app there and try again.`,
  );
}
