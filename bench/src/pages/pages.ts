// The pages that are measured: one of a single heading, and the first ones that people open.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { startInstance } from "../../../server/test/support/instance.ts";
import { Seed } from "../../../server/test/support/seed.ts";

export interface MeasuredPage {
  readonly name: string;
  readonly url: string;
  readonly cookie: string | null;
  /** The element that is present when the page shows its content. */
  readonly content: string;
  readonly screen: { readonly width: number; readonly height: number };
}

const TOKENS = 200;
const DESK = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };
const ROW = "[aria-label=Tokens] li";
const BARE =
  "<!doctype html><title>Bare</title><script type=module>document.body.innerHTML='<h1>Bare</h1>'</script><body>";

export async function openPages(): Promise<{
  readonly list: readonly MeasuredPage[];
  readonly close: () => Promise<void>;
}> {
  const bare = await serveBare();
  const instance = await startInstance();
  await instance.deps.store.transaction((tx) => tx.markSetUp(instance.deps.clock()));
  const seed = new Seed(instance);
  const person = await seed.person("Ada");
  for (let count = 0; count < TOKENS; count++) await seed.token(person, person.personal);
  const cookie = (await seed.session(person)).headers["Cookie"] ?? null;
  const newcomer = (await seed.session(await seed.person("Grace"))).headers["Cookie"] ?? null;
  const tokens = { url: `${instance.url}/settings/tokens` };
  const bareUrl = `http://127.0.0.1:${(bare.address() as AddressInfo).port}/`;
  return {
    list: [
      { name: "one heading", url: bareUrl, cookie: null, content: "h1", screen: DESK },
      { name: "sign-in", url: `${instance.url}/sign-in`, cookie: null, content: "form", screen: DESK },
      { name: "new token", url: `${instance.url}/settings/tokens/new`, cookie, content: "form", screen: DESK },
      { name: "no tokens, phone", ...tokens, cookie: newcomer, content: "h2", screen: PHONE },
      { name: `${TOKENS} tokens, phone`, ...tokens, cookie, content: ROW, screen: PHONE },
      { name: `${TOKENS} tokens`, ...tokens, cookie, content: ROW, screen: DESK },
    ],
    close: async () => {
      await instance.close();
      bare.close();
    },
  };
}

function serveBare(): Promise<Server> {
  const server = createServer((_request, response) => {
    response.setHeader("Content-Type", "text/html").end(BARE);
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}
