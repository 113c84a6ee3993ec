import { randomFillSync } from "node:crypto";

const BYTES = 16;
const IDS_AT_ONCE = 256;

const ids = new WeakMap<object, string>();
// Randomness for many ids costs no more to ask for than for one.
const random = Buffer.alloc(BYTES * IDS_AT_ONCE);
let used = random.length;

/** The id of a request: 128 random bits in hex, made when it is first asked for and kept as long as the request. */
export function requestIdOf(request: object): string {
  let id = ids.get(request);
  if (id === undefined) ids.set(request, (id = newRequestId()));
  return id;
}

function newRequestId(): string {
  if (used === random.length) {
    randomFillSync(random);
    used = 0;
  }
  return random.toString("hex", used, (used += BYTES));
}
