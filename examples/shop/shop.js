// A shop for robots with users, teams and a sign-in of its own: Express, and better-auth with its organizations. It knows
// nothing of Mintmark yet; docs/integrate.md adds it.
import { DatabaseSync } from "node:sqlite";
import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { fromNodeHeaders, toNodeHandler } from "better-auth/node";
import { organization } from "better-auth/plugins";
import express from "express";
import { fill, ROBOTS } from "./stock.js";

const port = Number(process.env.PORT ?? 4000);
const origin = `http://localhost:${port}`;

const auth = betterAuth({
  baseURL: origin,
  secret: process.env.SHOP_SECRET ?? "only for a shop that runs on this machine",
  database: new DatabaseSync(process.env.SHOP_DATABASE ?? ":memory:"),
  emailAndPassword: { enabled: true },
  logger: { disabled: true },
  plugins: [organization()],
});

const app = express();
app.all("/api/auth/{*any}", toNodeHandler(auth));
app.use(express.urlencoded({ extended: false }));

/** The person who is signed in, or `null`. */
const signedIn = async (request) => auth.api.getSession({ headers: fromNodeHeaders(request.headers) });

async function onlySignedIn(request, response, next) {
  if ((await signedIn(request)) === null) return response.status(401).json({ error: "Sign in first." });
  next();
}

/** A person and a team of theirs. Ends the request of everybody else. */
async function insider(request, response, next) {
  const session = await signedIn(request);
  if (session === null) return response.redirect(303, "/");
  const query = { organizationId: request.params.team };
  const team = await auth.api
    .getFullOrganization({ query, headers: fromNodeHeaders(request.headers) })
    .catch(() => null);
  const member = team?.members.find(({ userId }) => userId === session.user.id);
  if (member === undefined) return response.status(404).send(page("Not found", "<p>There is no such team.</p>"));
  const signedInAt = session.session.createdAt;
  request.shop = { user: session.user, team, role: member.role, signedInAt };
  next();
}

app.get("/", async (request, response) => {
  const session = await signedIn(request);
  if (session === null) return response.send(page("Sign in", SIGN_IN));
  const teams = await auth.api.listOrganizations({ headers: fromNodeHeaders(request.headers) });
  const items = teams.map(({ id, name }) => `<li><a href="/teams/${id}">${escape(name)}</a></li>`).join("");
  response.send(page(`Hello, ${session.user.name}`, `<ul>${items}</ul>`));
});

app.post("/sign-in", async (request, response) => {
  const { email, password } = request.body;
  const answer = await auth.api.signInEmail({ body: { email, password }, asResponse: true });
  if (!answer.ok) return response.status(401).send(page("Sign in", SIGN_IN));
  response.setHeader("Set-Cookie", answer.headers.getSetCookie());
  response.redirect(303, "/");
});

app.get("/teams/:team", insider, (request, response) => {
  const { team, role } = request.shop;
  const rows = team.members.map(
    ({ id, user }) =>
      `<tr><td>${escape(user.name)}</td><td>${role === "owner" ? removal(team.id, id, user) : ""}</td></tr>`,
  );
  const tokens = "";
  response.send(page(team.name, `<h2>Members</h2><table>${rows.join("")}</table>${tokens}`));
});

app.post("/teams/:team/remove", insider, async (request, response) => {
  const body = { memberIdOrEmail: request.body.member, organizationId: request.params.team };
  await auth.api.removeMember({ body, headers: fromNodeHeaders(request.headers) });
  response.redirect(303, `/teams/${request.params.team}`);
});

app.get("/v1/robots", onlySignedIn, (request, response) => {
  response.json({ robots: ROBOTS });
});

const SIGN_IN = `<form method="post" action="/sign-in">
  <label>Email <input name="email" type="email" required></label>
  <label>Password <input name="password" type="password" required></label>
  <button>Sign in</button>
</form>`;

function removal(team, member, user) {
  return `<form method="post" action="/teams/${team}/remove"><input type="hidden" name="member" value="${member}">
    <button aria-label="Remove ${escape(user.name)}">Remove</button></form>`;
}

function page(title, body) {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escape(title)}</title><link rel="icon" href="data:,">
<style>:root { color-scheme: light dark; font: 16px/1.5 system-ui } body { max-width: 44rem; margin: 2rem auto; padding: 0 1rem }
label { display: block; margin: .5rem 0 } td { padding: .25rem 1rem .25rem 0 } form { margin: 0 }</style>
<p><a href="/">Northwind Robotics</a></p><main><h1>${escape(title)}</h1>${body}</main></html>`;
}

function escape(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}

await (await getMigrations(auth.options)).runMigrations();
await fill(auth);
app.listen(port, "localhost", () => console.log(`The shop is open at ${origin}`));
