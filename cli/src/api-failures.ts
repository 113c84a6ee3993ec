// The messages for errors between the command and the server: what failed, why, and what to do.
import { isErrorCode, titleOf } from "@mintmark/core/error-code";
import { asClause } from "@mintmark/core/reasons";
import { Failure, notAuthenticated, TemporaryFailure } from "@mintmark/terminal";
import type { Problem } from "./api-answers.ts";
import { adviceFor, type Used } from "./authentication-advice.ts";
import { SilentHost } from "./exchange.ts";
import type { ProxyError } from "./proxy.ts";

export interface Refused extends Used {
  readonly status: number;
  readonly problem: Problem;
  readonly retryAfter: number | null;
}

/** The server understood the request and refused it. */
export function refused(refusal: Refused): Failure {
  const { host, status, problem, retryAfter } = refusal;
  const { code, missingPermissions } = problem;
  if (status === 401) return notAuthenticated(code, adviceFor(code, refusal));
  const title = asClause(isErrorCode(code) ? titleOf(code) : problem.title);
  if (status === 429 || status === 503)
    return new TemporaryFailure(code, `${host} refuses for now: ${title}`, again(retryAfter), retryAfter);
  if (status >= 500) {
    const hint = `report the request id to the operator: ${problem.requestId}`;
    return new TemporaryFailure(code, `${host} failed: ${title}`, hint);
  }
  const missing = missingPermissions === undefined ? "" : ` (missing: ${missingPermissions.join(", ")})`;
  return new Failure(code, `${host} refuses: ${title}${missing}`, asClause(problem.detail));
}

export function redirected(host: string, location: string | null): Failure {
  const target = location === null ? null : URL.parse(location, host);
  const known = target !== null && target.origin !== host && /^https?:$/.test(target.protocol);
  return new Failure(
    "redirected",
    `${host} redirects${known ? ` to ${target.origin}` : ""}, and the token was not sent there`,
    known
      ? `if you trust that address, use --host ${target.origin}`
      : "check the address given by --host or MINTMARK_URL",
  );
}

export function notAMintmark(host: string, status: number): Failure {
  const message = `${host} does not respond as Mintmark does (status ${status})`;
  const hint = "check the address given by --host or MINTMARK_URL, and the proxy in front of it";
  // A proxy responds with 5xx while the instance behind it restarts.
  return status >= 500
    ? new TemporaryFailure("not_mintmark", message, hint)
    : new Failure("not_mintmark", message, hint);
}

/** `error` comes from node:http or fetch. The error, its cause, or the first of several errors has the code. */
export function unreachable(host: string, error: unknown, timeoutMs: number): Failure {
  if (error instanceof SilentHost || (error instanceof Error && error.name === "TimeoutError")) {
    return new TemporaryFailure(
      "timeout",
      `${host} did not respond within ${timeoutMs / 1000} s`,
      "check whether the change was made before you try again",
    );
  }
  if (error instanceof Error && error.name === "ProxyError") return proxyFailure(host, error as ProxyError);
  if (error instanceof Failure) return error;
  const { code, hostname } = causeOf(error);
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") {
    return new TemporaryFailure(
      "unreachable",
      `cannot reach ${host}: its name is not known`,
      "check the address and the network",
    );
  }
  if (code !== null && /CERT|SELF_SIGNED|ISSUER|TLS|SSL/.test(code)) {
    return new Failure(
      "certificate",
      `cannot trust ${hostname ?? host}: its certificate is not valid (${code})`,
      certificateHint(code),
    );
  }
  const why = code === null || code === "ECONNREFUSED" ? "" : ` (${code})`;
  return new TemporaryFailure(
    "unreachable",
    `cannot reach ${host}: is the server running?${why}`,
    "start it with mintmark-server serve, or name another one with --host or MINTMARK_URL",
  );
}

function proxyFailure(host: string, { proxy, status, cause }: ProxyError): Failure {
  const { code } = causeOf(cause);
  const why = status !== null ? `it responds with ${status}` : isSystemCode(code) ? code : "it does not respond";
  return new TemporaryFailure(
    "proxy_failed",
    `cannot reach ${host} through the proxy ${proxy}: ${why}`,
    status === 407
      ? "put the user name and the password of the proxy into HTTPS_PROXY, as in http://name:password@proxy.example.com:3128"
      : "check HTTPS_PROXY and HTTP_PROXY, or name the host in NO_PROXY to reach it directly",
  );
}

function isSystemCode(code: string | null): code is string {
  return code !== null && /^E[A-Z]+$/.test(code);
}

function certificateHint(code: string): string {
  if (code.includes("ALTNAME")) return "it is for another name: check the address";
  if (code.includes("EXPIRED")) return "it has expired: the operator has to renew it";
  return "add your certificate authority with NODE_EXTRA_CA_CERTS=/path/to/ca.pem";
}

function causeOf(error: unknown): { readonly code: string | null; readonly hostname: string | null } {
  const cause = (error as { cause?: unknown } | null)?.cause ?? error;
  const first = cause instanceof AggregateError ? (cause.errors[0] as unknown) : cause;
  const { code, hostname } = (first ?? {}) as { code?: unknown; hostname?: unknown };
  return {
    code: typeof code === "string" ? code : null,
    hostname: typeof hostname === "string" ? hostname : null,
  };
}

function again(seconds: number | null): string {
  return seconds === null ? "try again in a moment" : `try again in ${seconds} s`;
}
