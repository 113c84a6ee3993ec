// Whether a request was made on this machine by the one who asks. A proxy on this machine has the loopback interface as
// its address too, and need not leave a sign, so everything has to speak for it; one thing against it is enough.
import { isLoopbackOrigin } from "@mintmark/core";

export interface ArrivedRequest {
  readonly headers: Headers;
  /** The socket's peer, whatever a proxy says. */
  readonly peer: string | undefined;
  readonly httpVersion?: string | undefined;
}

const LOOPBACK_PEER = /^(?:::1$|(?:::ffff:)?127\.)/;

/** Proxies and content delivery networks add these. Of the names with `X-`, a local client sends a credential's and Prometheus' own. */
const SIGN_OF_A_PROXY =
  /^(?:x-(?!prometheus-|api-key$)|via$|forwarded$|cf-|cdn-|client-ip$|true-client-ip$|max-forwards$|fastly-|fly-|akamai-|incap-|tailscale-|surrogate-)/;

/**
 * True only when the peer, the `Host` and the instance's own address are all loopback and nothing shows a proxy. An
 * instance with another address is reached through a proxy. A page of another site that rebinds its name to 127.0.0.1
 * sends that name as `Host`. HTTP/1.0 is what nginx speaks to an upstream unless it is told otherwise.
 */
export function isLocalRequest({ headers, peer, httpVersion }: ArrivedRequest, baseUrl: string): boolean {
  return (
    peer !== undefined &&
    LOOPBACK_PEER.test(peer) &&
    httpVersion === "1.1" &&
    isLoopbackOrigin(baseUrl) &&
    isLoopbackOrigin(`http://${headers.get("host") ?? ""}`) &&
    ![...headers.keys()].some((name) => SIGN_OF_A_PROXY.test(name))
  );
}
