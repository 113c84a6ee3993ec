// The link of `mintmark login` and the address that returns to it. Anyone can write both, so both are checked.

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
  /** The port of the command on this machine. */
  readonly port: string;
}

const LOOPBACK = ["127.0.0.1", "[::1]"];
const LONGEST_STATE = 200;

/** Parses the link; `null` when it is invalid. The server checks it again. */
export function parseAuthorize(search: AuthorizeSearch): AuthorizeRequest | null {
  const { code_challenge: codeChallenge, redirect_uri: redirectUri, state, device_name: deviceName = "" } = search;
  if (codeChallenge === undefined || redirectUri === undefined || state === undefined) return null;
  if (search.code_challenge_method !== "S256" || state.length > LONGEST_STATE) return null;
  const url = URL.parse(redirectUri);
  if (url === null || !isLoopback(url)) return null;
  return { codeChallenge, redirectUri, state, deviceName, port: url.port };
}

/** The address that returns the decision: the one from the server with the state, if it is on this machine. */
export function handOverAddress(returnTo: string, state: string): string | null {
  const url = URL.parse(returnTo);
  if (url === null || !isLoopback(url)) return null;
  url.searchParams.set("state", state);
  return url.href;
}

function isLoopback({ protocol, hostname, port }: URL): boolean {
  return protocol === "http:" && LOOPBACK.includes(hostname) && port !== "";
}

/** A name for the token, from the name of the device. */
export function tokenNameFor(deviceName: string): string {
  return `Terminal on ${deviceName}`.slice(0, 100);
}
