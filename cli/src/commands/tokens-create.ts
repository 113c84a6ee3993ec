// `mintmark tokens create`: opens the form of a new token, filled in. It sends nothing to the host and never gets the secret.
import { DAY_MS, MAX_EXPIRY_DAYS, parseName, PERMISSION_NAME } from "@mintmark/core";
import { type Command, InvalidArgumentError } from "commander";
import { type BrowserOptions, showPage, withBrowserOption } from "../browser.ts";
import { chooseLogin, type HostOptions, withHostOptions } from "../choose-login.ts";
import { type Context, openMemory } from "../context.ts";

type CreateOptions = HostOptions &
  BrowserOptions & {
    readonly name?: string;
    readonly permissions?: readonly string[];
    readonly expires?: string;
  };

export function addTokensCreate(parent: Command, context: Context): void {
  withBrowserOption(withHostOptions(parent.command("create")))
    .description("open the page that creates a token in your browser, filled in, because a token cannot create another")
    .option("--name <name>", "the name of the token", parseTokenName)
    .option("--permissions <names>", "its permissions, separated by commas (default: those of your role)", parseNames)
    .option("--expires <when>", "days from now, a day such as 2031-01-31, or never", parseExpires)
    .addHelpText(
      "after",
      "\nYou choose the organization on the page, check the rest, and create the token. The page shows the secret once. The\ncommand needs no token, never gets the secret, and sends nothing to the host.\n\nExamples:\n  mintmark tokens create --no-browser\n  mintmark tokens create --name ci --permissions members:read,tokens:read --expires 30 --no-browser",
    )
    .action((options: CreateOptions) => create(context, options));
}

async function create(context: Context, options: CreateOptions): Promise<void> {
  const { host } = chooseLogin(context, openMemory(context).settings, options);
  const { name, permissions, expires } = options;
  const url = new URL(`${host}/cli/connect`);
  // The page reads these three. It lets no link choose the organization.
  if (name !== undefined) url.searchParams.set("name", name);
  if (permissions !== undefined) url.searchParams.set("permissions", permissions.join(","));
  if (expires !== undefined) url.searchParams.set("expires", expires);
  await showPage(context, options, {
    url: url.href,
    what: "the page that creates the token",
    after: ["It shows the secret once. To use the token with this command: mintmark login --with-token"],
  });
}

function parseTokenName(typed: string): string {
  const name = parseName(typed);
  if (name !== null) return name;
  throw new InvalidArgumentError("A name has 1 to 100 visible characters.");
}

/** The names may be separated by commas, and the option may be repeated. */
function parseNames(typed: string, earlier: readonly string[] = []): readonly string[] {
  const names = typed.split(",").map((name) => name.trim());
  if (names.every((name) => PERMISSION_NAME.test(name))) return [...new Set([...earlier, ...names])];
  throw new InvalidArgumentError("A permission has the form resource:action, such as members:read.");
}

/** Returns the value as the page reads it: a number of days, a day, or `never`. */
function parseExpires(typed: string): string {
  if (typed === "never") return typed;
  const days = /^(\d{1,4})d?$/.exec(typed)?.[1];
  if (days !== undefined && Number(days) >= 1 && Number(days) <= MAX_EXPIRY_DAYS) return days;
  const day = /^\d{4}-\d\d-\d\d$/.test(typed) ? Date.parse(`${typed}T00:00:00Z`) : Number.NaN;
  const isDay = !Number.isNaN(day) && new Date(day).toISOString().startsWith(typed);
  // The token ends at the end of that day where the person is, so today is accepted everywhere.
  if (isDay && day > Date.now() - 2 * DAY_MS && day <= Date.now() + MAX_EXPIRY_DAYS * DAY_MS) return typed;
  throw new InvalidArgumentError(`It must be never, 1 to ${MAX_EXPIRY_DAYS} days, or a day in the next ten years.`);
}
