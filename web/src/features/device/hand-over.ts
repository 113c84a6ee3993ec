// The link of `mintmark login`, and the way back to it. Both are addresses that anybody could have written.

interface AuthorizeSearch {
  readonly code_challenge?: string;
  readonly code_challenge_method?: string;
  readonly redirect_uri?: string;
  readonly state?: string;
  readonly device_name?: string;
}

export interface AuthorizeRequest {
  readonly codeChallenge: string;
  readonly redirectUri: string;
  readonly state: string;
  readonly deviceName: string;
  /** Of the command that waits on this machine. */
  readonly port: string;
}

const LOOPBACK = ["127.0.0.1", "[::1]"];
const LONGEST_STATE = 200;

/** What the link asks for; `null` when it is none of ours. The server judges it once more. */
export function parseAuthorize(search: AuthorizeSearch): AuthorizeRequest | null {
  const { code_challenge: codeChallenge, redirect_uri: redirectUri, state, device_name: deviceName = "" } = search;
  if (codeChallenge === undefined || redirectUri === undefined || state === undefined) return null;
  if (search.code_challenge_method !== "S256" || state.length > LONGEST_STATE) return null;
  const url = URL.parse(redirectUri);
  if (url === null || !isLoopback(url)) return null;
  return { codeChallenge, redirectUri, state, deviceName, port: url.port };
}

/** Where the browser goes with the answer: the address that the server gave, if it is on this machine, with the state. */
export function handOverAddress(returnTo: string, state: string): string | null {
  const url = URL.parse(returnTo);
  if (url === null || !isLoopback(url)) return null;
  url.searchParams.set("state", state);
  return url.href;
}

function isLoopback({ protocol, hostname, port }: URL): boolean {
  return protocol === "http:" && LOOPBACK.includes(hostname) && port !== "";
}

/** A name for the token, from what the device calls itself. */
export function tokenNameFor(deviceName: string): string {
  return `Terminal on ${deviceName}`.slice(0, 100);
}
