// What goes on while one looks at the demo: machines keep asking, and one of them with a key that has expired.
import type { Verification, Verifier } from "../verify/verifier.ts";
import { routeOf } from "../verify/route.ts";
import { asksOf } from "./asks.ts";
import { PLACES, type Place } from "./cast.ts";
import { presentSecret } from "./received-secrets.ts";
import type { Stage } from "./stage.ts";

const EVERY_MS = 350;
/** API keys: what people do with their tokens stays as the story tells it. */
const MACHINES: readonly (readonly [label: string, place: Place])[] = [
  ["key-gateway", PLACES.fleetGateway],
  ["key-gateway", PLACES.fleetGateway],
  ["key-ci", PLACES.continuousIntegration],
  ["key-ci", PLACES.secondRunner],
];
const LATECOMER: (typeof MACHINES)[number] = ["key-migration", PLACES.backupServer];
/** Requests with the expired key, of a hundred. */
const LATE = 4;

/** Starts it, and answers how it is stopped. */
export function startTraffic(stage: Stage, verifier: Verifier, onError: (error: unknown) => void): () => Promise<void> {
  let last: Promise<unknown> = Promise.resolve();
  const ask = async (): Promise<Verification> => {
    const [label, place] = stage.chance.between(1, 100) <= LATE ? LATECOMER : stage.chance.pick(MACHINES);
    const [method, url] = stage.chance.pick(asksOf(label)).split(" ");
    const client = { ip: place.ip, userAgent: place.userAgent, route: routeOf(method, url) };
    return presentSecret(verifier, stage.secretOf(label), client);
  };
  const timer = setInterval(() => {
    last = ask().catch(onError);
  }, EVERY_MS).unref();
  return async () => {
    clearInterval(timer);
    await last;
  };
}
