// Things people do on many pages, by the names they see.
import type { Page } from "playwright-core";
import { seen } from "./waiting.ts";

/** Fills in the sign-in form and sends it. Where it leads is for the caller to see. */
export async function signIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

/** Opens a page of the app and waits for its heading. */
export async function visit(page: Page, path: string, heading: string): Promise<void> {
  await page.goto(path);
  await atPage(page, heading);
}

/** Waits for the page with this heading. */
export async function atPage(page: Page, heading: string): Promise<void> {
  await seen(page.getByRole("heading", { level: 1, name: heading, exact: true }));
}

/** Switches to another organization by the menu in the header. */
export async function switchOrganization(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: /^Organization:/ }).click();
  await page.getByRole("menuitemradio", { name }).click();
  await seen(page.getByRole("button", { name: `Organization: ${name}` }));
}

/** Chooses an action of a token or a member from the menu of its row. */
export async function chooseAction(page: Page, of: string, action: string): Promise<void> {
  await page.getByRole("button", { name: `Actions for ${of}`, exact: true }).click();
  await page.getByRole("menuitem", { name: action, exact: true }).click();
}

/** Fills in the name of a new token, sends the form, and returns the secret that is shown. */
export async function mintToken(page: Page, name: string, button = "New token"): Promise<string> {
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByRole("button", { name: button, exact: true }).click();
  return shownSecret(page);
}

/** The secret in the panel that shows it once. */
export async function shownSecret(page: Page): Promise<string> {
  const secret = page.getByRole("region", { name: /token$/ }).getByText(/^mm_pat_[0-9a-f]{48}$/);
  await seen(secret);
  return (await secret.textContent()) ?? "";
}

/** Copies a secret that is shown once: only then does the page let one leave without a question. */
export async function copy(page: Page, what: string): Promise<void> {
  await page.getByRole("button", { name: `Copy ${what}`, exact: true }).click();
  await seen(page.getByText(`Copied the ${what} to the clipboard.`));
}
