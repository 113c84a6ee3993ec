// The product beside the demo: Northwind Robotics with its own sign-in, on its own port. Its settings page embeds the tokens, its
// API accepts them, and its owner can remove a member, whose tokens end with that.
// Rule: it does what any host does, over HTTP, with a management key and a service key. So it shows nothing that a product
// cannot do. Deliberately absent: a database. People and sessions are in memory.
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import process from "node:process";
import type { Secret } from "@mintmark/core";
import { type HostPerson, hostPage, membersSection, settingsPage, signInPage } from "./host-pages.ts";

/** How the product reaches Mintmark. */
interface Connection {
  readonly url: string;
  readonly managementKey: Secret;
  readonly serviceKey: Secret;
}

export interface DemoHost {
  readonly origin: string;
  readonly people: readonly HostPerson[];
  /** Until it is connected, the product responds with 503. */
  connect(to: Connection): void;
  close(): void;
}

const TEAM = { externalId: "team-field", name: "Field service" };
const COOKIE = "northwind_session";
const MOST_BYTES = 4_096;

/** Opens the product on this port, or on any other if the port is in use. `localhost` is another site than the instance. */
export async function openHost(port: number, newPassword: () => string): Promise<DemoHost> {
  const people: HostPerson[] = [
    { id: "person-nora", name: "Nora Field", email: "nora@northwind.example", password: newPassword(), role: "owner" },
    {
      id: "person-omar",
      name: "Omar Haddad",
      email: "omar@northwind.example",
      password: newPassword(),
      role: "member",
    },
  ];
  const product = new Product(people);
  const server = createServer((request, response) => {
    product.respond(request, response).catch(() => send(response, 502, "text/plain", "Mintmark does not respond.\n"));
  });
  await listen(server, port).catch(() => listen(server, 0));
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  product.origin = origin;
  return {
    origin,
    people,
    connect: (to) => void (product.connection = to),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, "localhost");
  await once(server, "listening");
}

class Product {
  readonly #people: readonly HostPerson[];
  readonly #members: Set<string>;
  readonly #sessions = new Map<string, { readonly person: HostPerson; readonly since: Date }>();
  #notice = "";
  connection: Connection | null = null;
  origin = "";

  constructor(people: readonly HostPerson[]) {
    this.#people = people;
    this.#members = new Set(people.map(({ id }) => id));
  }

  async respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { connection } = this;
    if (connection === null) return send(response, 503, "text/plain", "The demo is starting.\n");
    const route = `${request.method} ${request.url?.split("?")[0]}`;
    if (route === "GET /v1/robots") return this.#robots(connection, request, response);
    if (route === "POST /sign-in") return this.#signIn(connection, request, response);
    const session = this.#sessionOf(request);
    if (route === "POST /mintmark/hand-off") return this.#handOff(connection, session, response);
    if (route === "POST /sign-out") return this.#signOut(request, response);
    if (session === null) return page(response, connection, signInPage());
    if (route === "POST /remove") return this.#remove(connection, session, await formOf(request), response);
    if (route !== "GET /") return send(response, 404, "text/plain", "There is no such page.\n");
    const { person } = session;
    if (!this.#members.has(person.id)) return page(response, connection, "<h1>You are in no team</h1>", person);
    const members = membersSection(
      this.#people.filter(({ id }) => this.#members.has(id)),
      person,
      this.#notice,
    );
    page(response, connection, settingsPage(connection.url, this.origin) + members, person);
  }

  #sessionOf(request: IncomingMessage): { readonly person: HostPerson; readonly since: Date } | null {
    return this.#sessions.get(sessionIdOf(request)) ?? null;
  }

  #signOut(request: IncomingMessage, response: ServerResponse): void {
    this.#sessions.delete(sessionIdOf(request));
    response.writeHead(303, { Location: "/" }).end();
  }

  async #signIn(connection: Connection, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = await formOf(request);
    const person = this.#people.find(
      ({ email, password }) => email === form.get("email") && password === form.get("password"),
    );
    if (person === undefined)
      return page(response, connection, signInPage("The email or the password is wrong."), { status: 401 });
    const id = randomBytes(32).toString("hex");
    this.#sessions.set(id, { person, since: new Date() });
    response.setHeader("Set-Cookie", `${COOKIE}=${id}; Path=/; HttpOnly; SameSite=Strict`);
    response.writeHead(303, { Location: "/" }).end();
  }

  /** What the element asks for: a link for the person who is signed in, as a member of the team. */
  async #handOff(
    connection: Connection,
    session: { readonly person: HostPerson; readonly since: Date } | null,
    response: ServerResponse,
  ): Promise<void> {
    if (session === null || !this.#members.has(session.person.id))
      return json(response, 401, { error: "sign in first" });
    const { id, name, email, role } = session.person;
    const { status, body } = await manage(connection, "POST", "hand-offs", {
      user: { externalId: id, name, email, emailVerified: true },
      organization: TEAM,
      role,
      page: "tokens",
      authenticatedAt: session.since.toISOString(),
    });
    json(response, status === 201 ? 200 : 502, body);
  }

  /** The tokens end before this returns. */
  async #remove(
    connection: Connection,
    { person }: { readonly person: HostPerson },
    form: URLSearchParams,
    response: ServerResponse,
  ): Promise<void> {
    const id = form.get("member") ?? "";
    const removed = this.#people.find((each) => each.id === id && each.role === "member");
    if (person.role === "owner" && removed !== undefined && this.#members.delete(id)) {
      const path = `organizations/${TEAM.externalId}/members/${id}`;
      const { body } = await manage(connection, "DELETE", path);
      // The log of the product is that of the demo.
      process.stdout.write(
        `Northwind Robotics: removed ${removed.name}, receipt ${JSON.stringify(body["receipt"] ?? null)}\n`,
      );
      const confirmed = body["receipt"] ? `Mintmark confirmed at ${body["receipt"].at}.` : "They had no tokens.";
      this.#notice = `${removed.name} was removed. ${confirmed}`;
    }
    response.writeHead(303, { Location: "/" }).end();
  }

  /** The API of the product: a token with the permission, verified at each request. */
  async #robots({ url, serviceKey }: Connection, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? "")?.[1];
    if (token === undefined) return json(response, 401, { error: "send a token" });
    const verified = await exchange(`${url}/api/verify`, "POST", serviceKey, { token, permission: "robots:read" });
    if (verified.body["active"] !== true) return json(response, 401, { error: verified.body["code"] });
    json(response, 200, { robots: ["Picker", "Welder"], caller: verified.body["user"]?.name });
  }
}

// oxlint-disable-next-line typescript/no-explicit-any -- each response has another shape
type Body = Record<string, any>;

function manage(
  { url, managementKey }: Connection,
  method: string,
  path: string,
  body?: object,
): Promise<{ readonly status: number; readonly body: Body }> {
  return exchange(`${url}/api/manage/${path}`, method, managementKey, body);
}

async function exchange(
  url: string,
  method: string,
  key: Secret,
  body?: object,
): Promise<{ readonly status: number; readonly body: Body }> {
  const response = await fetch(url, {
    method,
    headers: { Authorization: `Bearer ${key.expose()}`, "Content-Type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Body };
}

function sessionIdOf({ headers: { cookie = "" } }: IncomingMessage): string {
  return new RegExp(`(?:^|; )${COOKIE}=([0-9a-f]{64})`).exec(cookie)?.[1] ?? "";
}

async function formOf(request: IncomingMessage): Promise<URLSearchParams> {
  let text = "";
  for await (const chunk of request) if ((text += String(chunk)).length > MOST_BYTES) break;
  return new URLSearchParams(text);
}

function json(response: ServerResponse, status: number, body: object): void {
  send(response, status, "application/json", JSON.stringify(body));
}

function page(
  response: ServerResponse,
  { url }: Connection,
  body: string,
  { name = "", status = 200 }: { readonly name?: string; readonly status?: number } = {},
): void {
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src ${url}; frame-src ${url}; connect-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`;
  response.setHeader("Content-Security-Policy", policy);
  send(response, status, "text/html; charset=utf-8", hostPage(body, name));
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { "Content-Type": type, "Cache-Control": "no-store" }).end(body);
}
