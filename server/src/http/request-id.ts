import { randomBytes } from "node:crypto";

const ids = new WeakMap<object, string>();

/** The id of a request: 128 random bits in hex, made when it is first asked for and kept as long as the request. */
export function requestIdOf(request: object): string {
  let id = ids.get(request);
  if (id === undefined) ids.set(request, (id = randomBytes(16).toString("hex")));
  return id;
}
