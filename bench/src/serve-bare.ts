// The baseline: the least that `node:http` can do for a request, a small JSON response.
import { createServer } from "node:http";
import { reportToParent } from "./child.ts";

const BODY = JSON.stringify({ ok: true });

const server = createServer((_request, response) => {
  response.writeHead(200, { "Content-Type": "application/json", "Content-Length": BODY.length });
  response.end(BODY);
});
server.keepAliveTimeout = 65_000;
server.listen(0, "127.0.0.1", () => reportToParent(server.address()));
