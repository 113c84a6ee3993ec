// Pictures of use: in the list of tokens, on a token's page, in an organization's overview and of the instance. Each
// is checked by axe in both themes at both widths, can be read as a table, and shows the counted numbers.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Locator, Page } from "playwright-core";
import type { OrganizationId } from "@mintmark/core";
import type { FacetUse, OutcomeDay, UseDay } from "../../server/src/store/store.ts";
import { assertAccessible, assertStateAccessible } from "../src/accessibility.ts";
import { openStage } from "../src/stage.ts";
import { atPage, visit } from "../src/steps.ts";
import { becomes, gone, seen } from "../src/waiting.ts";

const DAY_MS = 86_400_000;
const { instance, seed, open, person } = await openStage();
const today = Math.floor(instance.deps.clock() / DAY_MS);

/** The past of a token, written as verification would have. */
async function tell(credentialId: string, organizationId: OrganizationId): Promise<void> {
  const at = instance.deps.clock();
  const days: UseDay[] = [0, 1, 2, 50].map((ago) => ({ credentialId, day: today - ago, uses: 10 + ago, denied: ago }));
  const facet = (name: FacetUse["facet"], value: string, uses: number): FacetUse => ({
    credentialId,
    facet: name,
    value,
    firstAt: at - 50 * DAY_MS,
    lastAt: at - 3_600_000,
    uses,
  });
  const outcome = (ago: number, name: string, count: number): OutcomeDay => ({
    organizationId,
    day: today - ago,
    outcome: name,
    count,
  });
  const codes = ["token_revoked", "token_expired", "permission_denied", "policy_network", "member_suspended", "odd"];
  await instance.deps.store.transaction(async (tx) => {
    await tx.recordUses([{ credentialId, count: 93, lastUsedAt: at - 3_600_000, ip: "203.0.113.7", userAgent: null }]);
    await tx.recordSightings([{ credentialId, sighting: "day:2026-01-01", at: at - 50 * DAY_MS }]);
    await tx.recordUseHistory({
      days,
      facets: [
        facet("address", "203.0.113.7", 60),
        facet("address", "2001:db8::17", 13),
        facet("route", "GET /robots/:id", 70),
        facet("route", "mintmark whoami", 3),
      ],
      outcomes: [
        ...[0, 1, 2].map((ago) => outcome(ago, "ok", 1000 + ago)),
        ...codes.map((code, index) => outcome(1, code, 12 - index)),
      ],
    });
  });
}

/** Opens the table of a picture and returns its rows as text, the head first. */
async function tableOf(page: Page, name: string): Promise<string[]> {
  const picture: Locator = page
    .getByRole("figure", { name, exact: true })
    .or(page.getByRole("region", { name, exact: true }))
    .first();
  await picture.getByText("Show as table").click();
  const table = picture.getByRole("table");
  await seen(table);
  return rowsOf(table);
}

async function rowsOf(table: Locator): Promise<string[]> {
  const rows = await table.getByRole("row").all();
  return Promise.all(
    rows.map(async (row) => (await row.getByRole("cell").or(row.getByRole("rowheader")).allTextContents()).join(" | ")),
  );
}

test("a month of uses in the list leads to the token's page, whose pictures say what was counted", async (t) => {
  const ada = await person("Ada");
  const token = await seed.token(ada, ada.personal, { name: "CI deploy" });
  await seed.token(ada, ada.personal, { name: "never used" });
  await tell(token.id, ada.personal.id);
  const page = await open(t, { person: ada });
  await visit(page, "/settings/tokens", "Personal access tokens");
  await seen(page.getByRole("link", { name: "Usage of CI deploy: 33 uses in 30 days, on 3 days, 12 at most" }));
  assert.equal(await page.getByRole("link", { name: /^Usage of .*: / }).count(), 1, "none where none was used");
  await assertAccessible(page, "the list with its pictures");
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.getByRole("link", { name: /^Usage of CI deploy/ }).click();
  await atPage(page, "CI deploy");
  assert.equal(new URL(page.url()).pathname, `/settings/tokens/${token.id}`);
  await seen(page.getByText("33 uses in 30 days, 3 attempts refused."));
  await seen(page.locator(".recharts-bar-rectangle path").first());
  const days = await tableOf(page, "Uses over time");
  assert.equal(days.length, 31);
  assert.deepEqual(
    days.slice(1, 5).map((day) => day.split(" | ").slice(1)),
    [
      ["10", "0"],
      ["11", "1"],
      ["12", "2"],
      ["0", "0"],
    ],
  );
  assert.match(
    (await rowsOf(page.getByRole("table", { name: "By address" }))).join(),
    /203\.0\.113\.7 \| 60 \| 1 hour ago/,
  );
  const routes = await rowsOf(page.getByRole("table", { name: "By route" }));
  assert.deepEqual(
    routes.slice(1).map((route) => route.split(" | ").slice(0, 2)),
    [
      ["GET/robots/:id", "70"],
      ["Mintmark’s API: whoami", "3"],
      ["Unknown or older", "20"],
    ],
  );
  await assertAccessible(page, "a token's page");
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.getByRole("radio", { name: "90 days" }).check();
  await seen(page.getByText("93 uses in 90 days, 53 attempts refused."));
  await page.reload();
  await seen(page.getByText("93 uses in 90 days, 53 attempts refused."));
});

test("an organization's lists show how members' tokens and API keys were used, and lead to a page of each", async (t) => {
  const owner = await person("Ada");
  const organization = await seed.organization(owner);
  const mia = await person("Mia");
  await seed.member(organization, mia, "member");
  const token = await seed.token(mia, organization, { name: "Mia's script" });
  const key = await seed.apiKey(organization, owner, { name: "Gateway" });
  await tell(token.id, organization.id);
  await tell(key.id, organization.id);
  const page = await open(t, { person: owner, organization });
  for (const [list, heading, name, id, credential] of [
    ["/organization/tokens", "Organization tokens", "Mia's script", token.id, token],
    ["/organization/api-keys", "API keys", "Gateway", key.id, key],
  ] as const) {
    await page.setViewportSize({ width: 1280, height: 900 });
    await visit(page, list, heading);
    const uses = "33 uses in 30 days, on 3 days, 12 at most";
    await seen(page.getByRole("link", { name: `Usage of ${name}: ${uses}` }));
    await page.getByRole("link", { name, exact: true }).click();
    await atPage(page, name);
    assert.equal(new URL(page.url()).pathname, `${list}/${id}`);
    await seen(page.getByText("33 uses in 30 days, 3 attempts refused."));
    assert.match((await rowsOf(page.getByRole("table", { name: "By address" }))).join(), /203\.0\.113\.7 \| 60/);
    assert.match((await rowsOf(page.getByRole("table", { name: "By route" }))).join(), /GET\/robots\/:id \| 70/);
    await page.getByRole("radio", { name: "90 days" }).check();
    await page.reload();
    await seen(page.getByText("93 uses in 90 days, 53 attempts refused."));
    await page.getByRole("button", { name: "Revoke", exact: true }).click();
    await page
      .getByRole("alertdialog")
      .getByRole("button", { name: /^Revoke / })
      .click();
    await gone(page.getByRole("button", { name: "Revoke", exact: true }));
    assert.equal((await credential.client.get("/api/whoami")).status, 401);
    await page.getByRole("link", { name: "Its events in the audit log" }).click();
    await atPage(page, "Audit log");
  }
});

test("the arrow keys go through a plot and tell its numbers", async (t) => {
  const ada = await person("Ada");
  const token = await seed.token(ada, ada.personal, { name: "CI deploy" });
  await tell(token.id, ada.personal.id);
  const page = await open(t, { person: ada });
  await visit(page, `/settings/tokens/${token.id}`, "CI deploy");
  await seen(page.locator(".recharts-bar-rectangle path").first());
  await page.getByRole("radio", { name: "30 days" }).focus();
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement?.closest("figure") !== null), true, "the plot has it");
  for (let day = 0; day < 29; day++) await page.keyboard.press("ArrowRight");
  const tooltip = page.getByRole("figure", { name: "Uses over time" }).locator(".recharts-tooltip-wrapper");
  await becomes(async () => /Uses10/.test((await tooltip.textContent()) ?? ""), true, "the numbers of today");
});

test("a token is renamed and revoked on its page, and one that is over is dismissed there", async (t) => {
  const ada = await person("Ada");
  const token = await seed.token(ada, ada.personal, { name: "CI deploy" });
  const page = await open(t, { person: ada });
  await visit(page, `/settings/tokens/${token.id}`, "CI deploy");
  await seen(page.getByText("It was not used in these 30 days."));
  await assertStateAccessible(page, "a token that was never used");
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.getByRole("button", { name: "Rename", exact: true }).click();
  await page.getByRole("dialog").getByLabel("Name").fill("Release");
  await page.getByRole("dialog").getByRole("button", { name: "Rename" }).click();
  await atPage(page, "Release");
  await page.getByRole("button", { name: "Revoke", exact: true }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Revoke token" }).click();
  await seen(page.getByText("You revoked it."));
  assert.equal((await token.client.get("/api/whoami")).status, 401);
  await page.getByRole("button", { name: "Dismiss", exact: true }).click();
  await atPage(page, "Personal access tokens");
});

test("another person's token is not found", async (t) => {
  const ada = await person("Ada");
  const bob = await person("Bob");
  const token = await seed.token(bob, bob.personal, { name: "Bob's" });
  const page = await open(t, { person: ada });
  await visit(page, `/settings/tokens/${token.id}`, "Token");
  await seen(page.getByRole("alert"));
  assert.ok(!(await page.content()).includes("Bob&#39;s") && !(await page.content()).includes("Bob's"));
});

test("the overview shows an organization's tokens, and a stale one is revoked there", async (t) => {
  const owner = await person("Owner");
  const organization = await seed.organization(owner, "Analytical Engines");
  const now = instance.deps.clock();
  const used = await seed.token(owner, organization, { name: "used", expiresAt: now + 5 * DAY_MS });
  const stale = await seed.token(owner, organization, { name: "forgotten", createdAt: now - 200 * DAY_MS });
  await tell(used.id, organization.id);
  const page = await open(t, { person: owner, organization });
  await visit(page, "/organization", "Overview");
  await seen(page.getByText(/^3,003 uses of tokens and API keys in 30 days\./));
  await seen(page.locator(".recharts-bar-rectangle path").first());
  const uses = await tableOf(page, "Uses per day");
  assert.deepEqual([uses.length, uses[1]?.split(" | ")[1]], [31, "1,000"]);
  const refused = await tableOf(page, "Denied attempts");
  assert.deepEqual(refused[2]?.split(" | ").slice(1), ["12", "11", "8", "9", "10", "7"]);
  const expiries = await tableOf(page, "Expiry calendar");
  assert.equal(expiries.length, 2);
  assert.match(expiries[1] ?? "", / \| 1$/);
  const ages = await rowsOf(page.getByRole("table", { name: "Tokens by age" }));
  assert.deepEqual(ages.slice(1), [
    "Less than 7 days | 1",
    "7 to 30 days | 0",
    "30 to 90 days | 0",
    "90 to 180 days | 0",
    "180 to 365 days | 1",
    "365 days and more | 0",
  ]);
  await assertAccessible(page, "the overview, its tables open");
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.getByRole("button", { name: "Revoke forgotten of Owner" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Revoke token" }).click();
  await gone(page.getByRole("list", { name: "Stale tokens" }));
  assert.equal((await stale.client.get("/api/whoami")).body.code, "token_revoked");
});

test("an organization without tokens has an overview that says so", async (t) => {
  const owner = await person("Owner");
  const organization = await seed.organization(owner, "Empty");
  const page = await open(t, { person: owner, organization });
  await visit(page, "/organization", "Overview");
  await seen(page.getByText("No token and no API key was used in these 30 days."));
  await seen(page.getByText("No attempt with an expired, revoked or blocked token was made."));
  await seen(page.getByText("There are none: every token is new or in use."));
  await assertStateAccessible(page, "an empty overview");
});

test("the metrics of the instance move by themselves until they are paused", async (t) => {
  const admin = await person("Admin", { instanceAdmin: true });
  const token = await seed.token(admin, admin.personal);
  const ask = () => token.client.get("/forward-auth");
  await Promise.all(Array.from({ length: 20 }, ask));
  const page = await open(t, { person: admin });
  await visit(page, "/admin/metrics", "Metrics");
  const outcomes = page.getByRole("table", { name: "By outcome" });
  const accepted = async (): Promise<number> => {
    if ((await outcomes.count()) === 0) return 0;
    const row = (await rowsOf(outcomes)).find((one) => one.startsWith("Accepted")) ?? "";
    return Number(/\d+$/.exec(row)?.[0] ?? 0);
  };
  await becomes(async () => (await accepted()) >= 20, true, "what was asked before");
  await Promise.all(Array.from({ length: 20 }, ask));
  await becomes(async () => (await accepted()) >= 40, true, "what was asked meanwhile");
  await seen(page.locator(".recharts-line path").first());
  assert.equal((await tableOf(page, "Latency")).length, 30);
  await page.getByRole("button", { name: "Pause" }).click();
  await seen(page.getByRole("button", { name: "Resume" }));
  await assertAccessible(page, "the metrics of the instance");
});

test("a person who is not an instance admin sees who may read the metrics", async (t) => {
  const page = await open(t, { person: await person("Ada") });
  await visit(page, "/admin/metrics", "Metrics");
  await seen(page.getByText("This page is for instance admins"));
});
