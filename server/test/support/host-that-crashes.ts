// A host that removes a member by the recipe of docs/directory.md: suspend here, commit there, delete here. Its own database
// is a SQLite file. Names each step on standard output and waits for a line, or for its end.
import { once } from "node:events";
import process from "node:process";
import { DatabaseSync } from "node:sqlite";

const [url = "", key = "", file = ""] = process.argv.slice(2);
const member = `${url}/api/manage/organizations/team/members/leaver`;
const headers = { Authorization: `Bearer ${key}`, "Content-Type": "application/json" };

async function step(name: string): Promise<void> {
  process.stdout.write(`${name}\n`);
  await once(process.stdin, "data");
}

async function call(method: string, body: object): Promise<void> {
  const response = await fetch(member, { method, headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(await response.text());
}

const database = new DatabaseSync(file);
await step("begun");
await call("PUT", { role: "member", suspended: true, version: 2 });
await step("suspended");
database.exec("delete from members where id = 'leaver'");
await step("committed");
await call("DELETE", { version: 3 });
await step("deleted");
