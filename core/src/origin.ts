const LOOPBACK_HOST = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i;
const HTTP_ORIGIN = /^http:\/\/(\[[^\]]*\]|[^:/]*)(?::\d{1,5})?$/i;

/** Whether a host of a URL, without its port, is this machine: `localhost`, `127.0.0.1`, `[::1]`. */
export function isLoopbackHost(host: string): boolean {
  return LOOPBACK_HOST.test(host);
}

/** Whether an origin such as `http://127.0.0.1:3210` is plain HTTP on a loopback host, and so not behind a TLS proxy. */
export function isLoopbackOrigin(origin: string): boolean {
  return isLoopbackHost(HTTP_ORIGIN.exec(origin)?.[1] ?? "");
}
