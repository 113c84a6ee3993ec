// Names are text, whatever they look like: nothing in one runs, none breaks the layout, each is shown as it was typed.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { Page } from "playwright-core";
import type { Client } from "../../server/test/support/client.ts";
import { controlsBeyond, scrollsSideways } from "../src/layout.ts";
import { openStage } from "../src/stage.ts";
import { atPage, chooseAction, visit } from "../src/steps.ts";
import { becomes, seen } from "../src/waiting.ts";

const { instance, seed, open, person } = await openStage();

const NAMES = [
  "<script>window.struck=true</script>",
  '"><img src=x onerror="window.struck=true">',
  "'-->`${window.struck=true}`<b onmouseover=alert(1)>",
  "{{constructor.constructor('window.struck=true')()}}",
  "javascript:window.struck=true//<svg onload=alert(1)>",
  "&lt;script&gt;&amp;quot; %3Cscript%3E \\u003c",
  "W".repeat(100),
  "שלום עולם مرحبا بالعالم",
  "Z\u0342\u033f\u0330a\u0342\u033f\u0330l\u0342\u033f\u0330g\u0342\u033f\u0330o\u0342\u033f\u0330",
] as const;
const LONGEST = NAMES[6];
const SCRIPT = NAMES[1];

/** Creates an organization where everything has such names, which the API accepted. Returns its owner's page. */
async function disguised(t: TestContext, own: string): Promise<{ page: Page; names: readonly string[] }> {
  const owner = await person(own, { instanceAdmin: true });
  const acme = await seed.organization(owner, own);
  const session = await seed.session(owner, acme);
  const names: string[] = [];
  for (const name of NAMES) {
    names.push(await made(session, "/api/personal-access-tokens", { name, organizationId: acme.id }));
    await made(session, `/api/organizations/${acme.id}/api-keys`, { name, role: "viewer" });
    await seed.member(acme, await person(name.normalize("NFC")), "member");
  }
  await session.delete(`/api/personal-access-tokens/${await firstToken(session)}`);
  const renamed = await session.patch(`/api/organizations/${acme.id}`, { name: own });
  assert.equal(renamed.status, 200, "the API takes the name");
  assert.equal((await session.patch("/api/account", { name: own })).status, 200, "and this one");
  return { page: await open(t, { person: owner, organization: acme }), names };
}

/** Creates a named object and returns its name: as typed, in its one normal form. */
async function made(
  session: Client,
  path: string,
  body: { readonly name: string; readonly organizationId?: string; readonly role?: string },
): Promise<string> {
  const reply = await session.post(path, body);
  assert.equal(reply.status, 201, `${body.name}: ${JSON.stringify(reply.body)}`);
  const name: string = (reply.body.token ?? reply.body.apiKey).name;
  assert.equal(name, body.name.normalize("NFC"));
  return name;
}

async function firstToken(session: Client): Promise<string> {
  return (await session.get("/api/personal-access-tokens")).body.items[0].id;
}

/** Nothing ran and nothing was drawn from a name; nothing lies beyond the window, wide or narrow. */
async function assertTame(page: Page, where: string): Promise<void> {
  const drawn = page.locator("img[src=x], b[onmouseover], svg[onload], script:not([src])");
  assert.equal(await drawn.count(), 0, `${where}: an element came out of a name`);
  assert.equal(await page.evaluate(() => "struck" in window), false, `${where}: a name ran`);
  for (const width of [360, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    // An open menu follows its button one frame later.
    await becomes(() => controlsBeyond(page), [], `${where}: out of reach at ${width} px`);
    assert.equal(await scrollsSideways(page), false, `${where}: scrolls sideways at ${width} px`);
  }
}

for (const own of [LONGEST, SCRIPT]) {
  test(`everything is called like that, and the organization and its owner ${own.slice(0, 12)}…`, async (t) => {
    const { page, names } = await disguised(t, own);
    for (const [path, heading, list] of [
      ["/settings/tokens", "Personal access tokens", "Tokens"],
      ["/organization/members", "Members", "Members"],
      ["/organization/api-keys", "API keys", "API keys"],
    ] as const) {
      await visit(page, path, heading);
      for (const name of names)
        await seen(page.getByRole("list", { name: list, exact: true }).getByText(name, { exact: true }).first());
      await assertTame(page, path);
    }
    await visit(page, "/organization/audit", "Audit log");
    await seen(page.getByRole("list", { name: "Events" }).getByText(own).first());
    await assertTame(page, "the audit log");
    for (const [path, heading] of [
      ["/organization/settings", "Organization settings"],
      ["/settings/tokens/new", "New token"],
      ["/settings/profile", "Profile"],
      ["/admin", "Users"],
    ] as const) {
      await visit(page, path, heading);
      await assertTame(page, path);
    }
    await page.getByRole("button", { name: /^Organization:/ }).click();
    await seen(page.getByRole("menu"));
    await assertTame(page, "the organization menu");
  });
}

test("dialogs, secrets and invitations show such names as text", async (t) => {
  const { page } = await disguised(t, SCRIPT);
  await visit(page, "/settings/tokens", "Personal access tokens");
  for (const [action, title] of [
    ["Rename", `Rename “${LONGEST}”`],
    ["Revoke", `Revoke “${LONGEST}”?`],
  ] as const) {
    await chooseAction(page, LONGEST, action);
    await seen(page.getByRole("heading", { name: title }));
    await assertTame(page, action);
    await page.keyboard.press("Escape");
  }
  await chooseAction(page, SCRIPT, "Replace");
  await atPage(page, "Replace token");
  await page.getByRole("button", { name: "Replace token" }).click();
  await seen(page.getByRole("region", { name: "The new token" }));
  await assertTame(page, "the secret");
  await page.getByRole("button", { name: "Copy token" }).click();

  const owner = await person(SCRIPT);
  const acme = await seed.organization(owner, LONGEST);
  const session = await seed.session(owner, acme);
  const invitation = { email: `${"w".repeat(60)}@${"example.".repeat(6)}com`, role: "member" };
  const { url } = (await session.post(`/api/organizations/${acme.id}/invitations`, invitation)).body;
  const invited = await open(t);
  await invited.goto(url);
  await atPage(invited, `Join ${LONGEST}`);
  await seen(invited.getByText(SCRIPT));
  await assertTame(invited, "the invitation");
});

test("a link cannot put markup into a page", async (t) => {
  const page = await open(t, { person: await person("Ada") });
  const text = encodeURIComponent(SCRIPT);
  await visit(page, `/cli/connect?name=${text}&permissions=${text}&expires=${text}`, "Connect the command line");
  assert.equal(await page.getByLabel("Name", { exact: true }).inputValue(), SCRIPT);
  await assertTame(page, "the command line's page");
  await visit(page, `/organization/audit?action=${text}&actor=${text}&from=${text}`, "Audit log");
  await assertTame(page, "the audit log's filter");
  await visit(page, `/settings/tokens?state=${text}`, "Personal access tokens");
  await assertTame(page, "the list's filter");
  const stranger = await open(t);
  await visit(stranger, `/sign-in?notice=${text}&returnTo=${text}`, "Sign in");
  await assertTame(stranger, "the sign-in page");
  const hidden = await fetch(`${instance.url}/${text}`);
  assert.ok(!(await hidden.text()).includes("onerror"), "an unknown address is not echoed");
});

test("no field takes a name that turns the text around it", async () => {
  const owner = await person("Olive Owner", { instanceAdmin: true });
  const acme = await seed.organization(owner, "Acme");
  const session = await seed.session(owner, acme);
  const { id } = await seed.token(owner, acme);
  for (const control of ["\u202e", "\u2066", "\u200f", "\u061c"]) {
    const name = `CI${control}yolped`;
    for (const { status, body } of [
      await session.post("/api/personal-access-tokens", { name, organizationId: acme.id }),
      await session.patch(`/api/personal-access-tokens/${id}`, { name }),
      await session.post(`/api/organizations/${acme.id}/api-keys`, { name, role: "viewer" }),
      await session.post("/api/organizations", { name }),
      await session.patch(`/api/organizations/${acme.id}`, { name }),
      await session.patch("/api/account", { name }),
      await session.post("/api/admin/services", { name }),
    ])
      assert.deepEqual([status, body.code], [400, "name_invalid"]);
    const invitation = { email: `nina${control}@example.com`, role: "member" };
    const invited = await session.post(`/api/organizations/${acme.id}/invitations`, invitation);
    assert.equal(invited.status, 400, "nor an address");
  }
});
