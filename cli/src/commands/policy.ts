// The token policy of an organization. A token may read and preview it. Only a signed-in person may set it, so `set`
// leads to the page.
import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import type { Command } from "commander";
import { Failure, type Output, usageFailure } from "@mintmark/terminal";
import { hasTexts, hasTextsOrNull, isObject, isReference } from "../api-answers.ts";
import type { ApiClient } from "../api-client.ts";
import { type BrowserOptions, openPage, wantsBrowser, withBrowserOption } from "../browser.ts";
import { type HostOptions, withHostOptions } from "../choose-login.ts";
import { connect } from "../connection.ts";
import type { Context } from "../context.ts";
import { chosenPath, type OrganizationOptions, withOrganizationOption } from "../organization-path.ts";
import { PAGES } from "../pages.ts";

type Options = HostOptions & OrganizationOptions;
type Policy = Readonly<Record<string, unknown>>;

interface Effects {
  /** How many credentials of a kind the policy would affect. */
  readonly counts: { readonly tokens: Counts; readonly apiKeys: Counts };
  readonly items: readonly Affected[];
}

interface Counts {
  readonly live: number;
  readonly stop: number;
  readonly narrow: number;
  readonly resume: number;
}

interface Affected {
  readonly kind: string;
  readonly id: string;
  readonly name: string;
  readonly owner: { readonly name: string };
  readonly effect: string;
  readonly blockedBy: string | null;
  readonly losesPermissions: readonly string[];
}

export function addPolicy(program: Command, context: Context): void {
  const policy = program.command("policy").description("the token policy of an organization");
  const withOptions = (command: Command): Command => withOrganizationOption(withHostOptions(command));
  withOptions(policy.command("get"))
    .description("show the token policy; needs policy:read")
    .addHelpText("after", "\nExamples:\n  mintmark policy get\n  mintmark policy get --json > policy.json")
    .action((options: Options) => getPolicy(context, options));
  withInput(withOptions(policy.command("preview")))
    .description("show which tokens and API keys a policy would stop or narrow; changes nothing")
    .addHelpText(
      "after",
      "\nThe input is JSON as mintmark policy get --json prints it. Rules that it leaves out stay as they are. The command\nneeds policy:read, tokens:read and api-keys:read.\n\nExamples:\n  mintmark policy preview --input policy.json\n  echo '{\"idleDays\": 60}' | mintmark policy preview --input -",
    )
    .action((options: Options & InputOptions) => previewPolicy(context, options));
  withBrowserOption(withInput(withOptions(policy.command("set"))))
    .description("show the effects of a policy, and open the page where a person sets it, because a token may not")
    .addHelpText(
      "after",
      "\nThe input is that of mintmark policy preview. The command changes nothing, so its exit code is 1, except when the\norganization has this policy already.\n\nExample:\n  mintmark policy set --input policy.json --no-browser",
    )
    .action((options: Options & InputOptions & BrowserOptions) => setPolicy(context, options));
}

interface InputOptions {
  readonly input: string;
}

function withInput(command: Command): Command {
  return command.requiredOption("--input <file>", "the policy as JSON; - is standard input");
}

async function getPolicy(context: Context, options: Options): Promise<void> {
  const { output } = context;
  const { client } = await connect(context, options);
  const policy = await findPolicy(client, await chosenPath(client, options, "token-policy"));
  output.result(policy, () => output.facts(Object.entries(policy).map(([name, rule]) => [name, ruleText(rule)])));
}

async function previewPolicy(context: Context, options: Options & InputOptions): Promise<void> {
  const typed = await readPolicy(context, options);
  const { client } = await connect(context, options);
  const { changes, effects } = await compare(client, options, typed);
  context.output.result({ changes, ...effects }, () => printEffects(context.output, changes, effects));
}

async function setPolicy(context: Context, options: Options & InputOptions & BrowserOptions): Promise<void> {
  const { output } = context;
  const typed = await readPolicy(context, options);
  const { client, host } = await connect(context, options);
  const { changes, effects } = await compare(client, options, typed);
  const url = `${host}${PAGES["policy"]}`;
  output.result({ changed: false, url, changes, ...effects }, () => printEffects(output, changes, effects));
  if (Object.keys(changes).length === 0) return;
  const opened = wantsBrowser(options) && !output.json && (await openPage(context, url));
  throw new Failure(
    "session_required",
    "nothing was changed, because only a signed-in person may set a policy",
    `set these rules on ${opened ? "the page that was opened" : "the page"}: ${url}`,
  );
}

interface Change {
  readonly from: unknown;
  readonly to: unknown;
}

/** The rules that the typed policy changes, and its effects. */
async function compare(
  client: ApiClient,
  options: Options,
  typed: Policy,
): Promise<{ readonly changes: Readonly<Record<string, Change>>; readonly effects: Effects }> {
  const path = await chosenPath(client, options, "token-policy");
  const present = await findPolicy(client, path);
  const changes = Object.entries(typed).flatMap(([name, to]) =>
    JSON.stringify(present[name]) === JSON.stringify(to) ? [] : [[name, { from: present[name] ?? null, to }] as const],
  );
  const effects = await findEffects(client, `${path}/preview`, { ...present, ...typed });
  return { changes: Object.fromEntries(changes), effects };
}

function findPolicy(client: ApiClient, path: string): Promise<Policy> {
  return client.ask({ method: "GET", path }, isPolicy);
}

async function findEffects(client: ApiClient, path: string, policy: Policy): Promise<Effects> {
  const headers = { "Content-Type": "application/json" };
  const body = JSON.stringify({ policy });
  const items: Affected[] = [];
  let counts: Effects["counts"] | null = null;
  let cursor: string | null = null;
  do {
    const query = new URLSearchParams({ limit: "200", ...(cursor === null ? {} : { cursor }) });
    const page: PreviewPage = await client.ask(
      { method: "POST", path: `${path}?${query.toString()}`, headers, body },
      isPreviewPage,
    );
    items.push(...page.items);
    counts ??= page.counts;
    // A page that links to itself would make this loop endless.
    if (page.nextCursor === cursor) break;
    cursor = page.nextCursor;
  } while (cursor !== null);
  const none = { live: 0, stop: 0, narrow: 0, resume: 0 };
  return { counts: counts ?? { tokens: none, apiKeys: none }, items };
}

async function readPolicy({ stdin }: Context, { input }: InputOptions): Promise<Policy> {
  const typed = input === "-" ? await text(stdin) : await readFile(input, "utf8");
  try {
    const policy: unknown = JSON.parse(typed);
    if (isPolicy(policy)) return policy;
  } catch {
    // Reported below, like JSON of another kind.
  }
  throw usageFailure("the input is not a JSON object", "begin with the output of mintmark policy get --json");
}

function printEffects(output: Output, changes: Readonly<Record<string, Change>>, { counts, items }: Effects): void {
  const changed = Object.entries(changes);
  if (changed.length === 0) return output.line("The organization has this policy already.");
  output.facts(changed.map(([name, { from, to }]) => [name, `${ruleText(from)} → ${ruleText(to)}`]));
  output.line("");
  const row = (kind: string, { live, stop, narrow, resume }: Counts): string[] => [
    kind,
    ...[live, stop, narrow, resume].map(String),
  ];
  output.table(
    ["", "WORK NOW", "WOULD STOP", "WOULD LOSE PERMISSIONS", "WOULD WORK AGAIN"],
    [row("tokens", counts.tokens), row("API keys", counts.apiKeys)],
  );
  if (items.length === 0) return;
  output.line("");
  output.table(
    ["EFFECT", "KIND", "NAME", "OWNER", "WHY", "ID"],
    items.map(({ effect, kind, name, owner, blockedBy, losesPermissions, id }) => [
      { text: effect, style: effect === "stops" ? "red" : "yellow" },
      kind === "pat" ? "token" : "API key",
      name,
      owner.name,
      blockedBy ?? `loses ${losesPermissions.join(", ")}`,
      id,
    ]),
    ["KIND", "OWNER"],
  );
}

function ruleText(rule: unknown): string {
  if (rule === null) return "no limit";
  if (typeof rule === "boolean") return rule ? "yes" : "no";
  if (Array.isArray(rule)) return rule.length === 0 ? "none" : rule.map(String).join(", ");
  if (isObject(rule) && typeof rule["kind"] === "string") {
    return Array.isArray(rule["permissions"]) ? ruleText(rule["permissions"]) : rule["kind"];
  }
  return typeof rule === "string" || typeof rule === "number" ? String(rule) : JSON.stringify(rule);
}

function isPolicy(value: unknown): value is Policy {
  return isObject(value) && !Array.isArray(value);
}

interface PreviewPage {
  readonly counts: Effects["counts"] | null;
  readonly items: readonly Affected[];
  readonly nextCursor: string | null;
}

function isPreviewPage(value: unknown): value is PreviewPage {
  return (
    isObject(value) &&
    (value["counts"] === null ||
      (isObject(value["counts"]) && isCounts(value["counts"]["tokens"]) && isCounts(value["counts"]["apiKeys"]))) &&
    Array.isArray(value["items"]) &&
    value["items"].every(isAffected) &&
    hasTextsOrNull(value, ["nextCursor"])
  );
}

function isCounts(value: unknown): value is Counts {
  return isObject(value) && ["live", "stop", "narrow", "resume"].every((name) => typeof value[name] === "number");
}

function isAffected(value: unknown): value is Affected {
  return (
    isObject(value) &&
    hasTexts(value, ["kind", "id", "name", "effect"]) &&
    isReference(value["owner"]) &&
    hasTextsOrNull(value, ["blockedBy"]) &&
    Array.isArray(value["losesPermissions"])
  );
}
