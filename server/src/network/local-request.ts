// Decides whether a request was made on this machine by its client. A proxy on this machine also has a loopback address
// and may leave no sign. So every condition must hold, and one sign of a proxy is enough to refuse.
import { isLoopbackOrigin } from "@mintmark/core";

export interface ArrivedRequest {
  readonly headers: Headers;
  /** The socket's peer, whatever a proxy claims. */
  readonly peer: string | undefined;
  readonly httpVersion?: string | undefined;
}

const LOOPBACK_PEER = /^(?:::1$|(?:::ffff:)?127\.)/;

/**
 * Headers that proxies and content delivery networks add. Among the `X-` headers, a local client sends only the
 * credential and the ones of Prometheus.
 */
const SIGN_OF_A_PROXY =
  /^(?:x-(?!prometheus-|api-key$)|via$|forwarded$|cf-|cdn-|client-ip$|true-client-ip$|max-forwards$|fastly-|fly-|akamai-|incap-|tailscale-|surrogate-)/;

/**
 * True only when the peer, the `Host` and the instance's own address are all loopback and no header shows a proxy. An
 * instance with another address is behind a proxy. A page of another site that rebinds its name to 127.0.0.1 sends that
 * name as `Host`. nginx uses HTTP/1.0 for upstreams by default.
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
