// A host product in miniature: its own site, on another site than the instance, with a settings page around the element.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after } from "node:test";

export interface HostSite {
  readonly origin: string;
  /** How often its page has asked for a hand-off, and why. */
  readonly asked: string[];
  /** The addresses and the referrers of every request that it got. */
  readonly seen: string[];
  /** Makes a link; `null`: the server responds with 401. */
  handOff: (reason: string) => Promise<string | null>;
  /** The pages by path. */
  readonly pages: Map<string, string>;
}

/** Starts a site at this name of the loopback interface. It ends with the test file. */
export async function openHostSite(name: "localhost" | "127.0.0.1"): Promise<HostSite> {
  const asked: string[] = [];
  const seen: string[] = [];
  const pages = new Map<string, string>();
  const server = createServer(async (request, response) => {
    const { url = "/", method, headers } = request;
    seen.push(`${method} ${url} ${headers.referer ?? ""}`);
    if (method === "POST" && url === "/mintmark/hand-off") {
      const body = Buffer.concat(await request.toArray()).toString();
      const { reason } = JSON.parse(body) as { reason: string };
      asked.push(reason);
      const link = await site.handOff(reason);
      response.writeHead(link === null ? 401 : 200, { "Content-Type": "application/json" });
      response.end(JSON.stringify({ url: link }));
      return;
    }
    const page = pages.get(url);
    response.writeHead(page === undefined ? 404 : 200, { "Content-Type": "text/html; charset=utf-8" });
    response.end(page ?? "<!doctype html><title>Not found</title>");
  });
  server.listen(0, name);
  await once(server, "listening");
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const site: HostSite = {
    origin: `http://${name}:${port}`,
    asked,
    seen,
    handOff: () => Promise.resolve(null),
    pages,
  };
  return site;
}

/** A page of settings with this markup in one of its sections, and a switch of its theme. */
export function settingsPage(markup: string, style = ""): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Settings</title>
<link rel="icon" href="data:,">
<style>
body { margin: 0; background: #ffffff; color: #1f2937; font: 15px/1.5 system-ui, sans-serif; --mintmark-accent: #6d28d9 }
.dark body { background: #0b1020; color: #e5e7eb; --mintmark-accent: #9db2ff }
main { max-width: 46rem; margin: 1.5rem auto; padding: 0 1rem }
section { border: 1px solid color-mix(in srgb, currentcolor 18%, transparent); border-radius: 8px; padding: 1rem 1.25rem; margin: 1rem 0 }
${style}
</style>
<main><h1>Settings</h1><section><h2>Profile</h2><p>Ada Lovelace</p></section>
<section><h2>API tokens</h2>
${markup}
</section></main>
</html>`;
}
