// The pages about the person and their tokens, in all states: no violation in any theme and width.
import { test } from "node:test";
import type { Page } from "playwright-core";
import type { Person } from "../../server/test/support/seed.ts";
import { assertStateAccessible } from "../src/accessibility.ts";
import { openStage } from "../src/stage.ts";
import { chooseAction, copy, mintToken, shownSecret, visit } from "../src/steps.ts";
import { gone, seen } from "../src/waiting.ts";

const DAY_MS = 86_400_000;
const { instance, seed, open, person } = await openStage();

async function closeDialog(page: Page): Promise<void> {
  await page.keyboard.press("Escape");
  await gone(page.getByRole("dialog").or(page.getByRole("alertdialog")));
}

/** One token in each state a list can show. */
async function tokensInEveryState(ada: Person): Promise<void> {
  const now = instance.deps.clock();
  const acme = await seed.organization(ada, "Acme");
  await seed.token(ada, acme, { name: "never used", createdAt: now - 40 * DAY_MS });
  await seed.token(ada, acme, { name: "ending", permissions: ["members:read"], expiresAt: now + 2.1 * DAY_MS });
  await seed.token(ada, acme, { name: "expired", createdAt: now - 9 * DAY_MS, expiresAt: now - DAY_MS });
  const revoked = await seed.token(ada, acme, { name: "revoked" });
  const used = await seed.token(ada, ada.personal, { name: "used", expiresAt: now + 60 * DAY_MS });
  await revoked.client.delete(`/api/personal-access-tokens/${revoked.id}`);
  await used.client.get("/api/whoami");
  const session = await seed.session(ada, acme);
  await session.post(`/api/personal-access-tokens/${used.id}/replace`);
  const strict = await seed.organization(ada, "Strict");
  await seed.token(ada, strict, { name: "blocked" });
  const path = `/api/organizations/${strict.id}/token-policy`;
  await session.put(path, { ...(await session.get(path)).body, allowNoExpiry: false });
}

test("the list of tokens, empty and full, with its menus and dialogs", async (t) => {
  const ada = await person("Ada");
  const page = await open(t, { person: ada });
  await visit(page, "/settings/tokens", "Personal access tokens");
  await seen(page.getByText("You have no tokens"));
  await assertStateAccessible(page, "no tokens");

  await tokensInEveryState(ada);
  await page.reload();
  const list = page.getByRole("list", { name: "Tokens" });
  await seen(list.getByText("Blocked by policy"));
  for (const name of ["blocked", "revoked", "never used"])
    await list.getByRole("button", { name, exact: true }).click();
  await assertStateAccessible(page, "tokens in every state, with details");

  await page.getByRole("button", { name: "Actions for ending" }).click();
  await seen(page.getByRole("menu"));
  await assertStateAccessible(page, "menu of a token");
  // In a narrow window the button may have moved out of it, and the menu beside it.
  await page.getByRole("button", { name: "Actions for ending" }).scrollIntoViewIfNeeded();
  await page.getByRole("menuitem", { name: "Rename" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill("");
  await page.getByRole("dialog").getByRole("button", { name: "Rename" }).click();
  await seen(page.getByText("Fill this in."));
  await assertStateAccessible(page, "renaming, with an error");
  await closeDialog(page);
  await chooseAction(page, "ending", "Revoke");
  await seen(page.getByRole("alertdialog"));
  await assertStateAccessible(page, "revoking");
  await closeDialog(page);
  await page.getByRole("searchbox").fill("nothing like this");
  await seen(page.getByText("No token matches"));
  await assertStateAccessible(page, "no match");
});

test("making a token, up to its secret", async (t) => {
  const ada = await person("Ada");
  const page = await open(t, { person: ada, authenticatedAgoMs: 20 * 60_000 });
  await visit(page, "/settings/tokens/new", "New token");
  await assertStateAccessible(page, "new token");
  await page.getByRole("radio", { name: "Custom date" }).check();
  await page.getByRole("radio", { name: "Chosen permissions only" }).check();
  await page.getByRole("button", { name: "New token" }).click();
  await seen(page.getByText("Fill this in."));
  await assertStateAccessible(page, "new token with every error");
  await page.getByRole("radio", { name: "Never" }).check();
  await page.getByRole("button", { name: "Read-only" }).click();
  await page.getByLabel("Name", { exact: true }).fill("for ever");
  await page.getByRole("button", { name: "New token" }).click();
  await seen(page.getByRole("dialog", { name: "Confirm that it is you" }));
  await assertStateAccessible(page, "asking for the password");
  await closeDialog(page);
  await page.getByRole("radio", { name: "30 days" }).check();
  await mintToken(page, "CI deploy");
  await assertStateAccessible(page, "the secret");
  await page.getByRole("link", { name: "Done" }).click();
  await seen(page.getByRole("alertdialog"));
  await assertStateAccessible(page, "leaving without a copy");
});

test("replacing a token, and connecting the command line", async (t) => {
  const ada = await person("Ada");
  const { id } = await seed.token(ada, ada.personal, { name: "backup" });
  const page = await open(t, { person: ada });
  await visit(page, `/settings/tokens/${id}/replace`, "Replace token");
  await seen(page.getByRole("button", { name: "Replace token" }));
  await assertStateAccessible(page, "replacing");
  await page.getByRole("button", { name: "Replace token" }).click();
  await shownSecret(page);
  await assertStateAccessible(page, "the old and the new token");
  await copy(page, "token");
  await visit(page, "/cli/connect?name=laptop&permissions=members:read,no:such", "Connect the command line");
  await assertStateAccessible(page, "connecting the command line");
});

test("profile and sessions", async (t) => {
  const ada = await person("Ada");
  await seed.session(ada);
  const page = await open(t, { person: ada });
  await visit(page, "/settings/profile", "Profile");
  await assertStateAccessible(page, "profile");
  await page.getByRole("button", { name: "Change password" }).click();
  await seen(page.getByText("Fill this in.").first());
  await assertStateAccessible(page, "profile with errors");
  await page.getByRole("button", { name: "Delete account" }).click();
  await seen(page.getByRole("dialog"));
  await assertStateAccessible(page, "deleting the account");
  await closeDialog(page);
  await visit(page, "/settings/sessions", "Sessions");
  await seen(page.getByText("This browser"));
  await assertStateAccessible(page, "sessions");
  await page.getByRole("button", { name: "End all other sessions" }).click();
  await seen(page.getByRole("alertdialog"));
  await assertStateAccessible(page, "ending sessions");
});
