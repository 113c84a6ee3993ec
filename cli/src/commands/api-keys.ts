// The API keys of an organization. No command makes one: a person does, in the web app.
import { isId } from "@mintmark/core/format";
import type { Command } from "commander";
import { Failure, usageFailure } from "@mintmark/terminal";
import { hasTexts, hasTextsOrNull, isInstantOrNull, isObject, isReceipt, isReference } from "../api-answers.ts";
import type { ApiClient } from "../api-client.ts";
import { type BrowserOptions, showPage, withBrowserOption } from "../browser.ts";
import { chooseLogin, type HostOptions, withHostOptions } from "../choose-login.ts";
import { connect } from "../connection.ts";
import { type Context, openMemory } from "../context.ts";
import { day } from "../describe.ts";
import { chosenPath, type OrganizationOptions, withOrganizationOption } from "../organization-path.ts";
import { PAGES } from "../pages.ts";
import { requireConsent, revokeAll } from "../revocation.ts";
import { type End, endDay, endText, stateText } from "../token-state.ts";
import { type LimitOptions, withLimitOption } from "../whole-number.ts";

interface ApiKey extends End {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly organization: { readonly id: string; readonly name: string };
  readonly role: string;
  /** `null` stands for all permissions of the role. */
  readonly permissions: readonly string[] | null;
  readonly state: string;
  readonly blockedBy: string | null;
  readonly createdBy: { readonly name: string };
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
  readonly lastUsedIp: string | null;
  readonly useCount: number;
  readonly revokedAt: string | null;
  readonly revokedReason: string | null;
}

type Options = HostOptions & OrganizationOptions;

const KEY_ARGUMENT = "the key's id from mintmark api-keys list";

export function addApiKeys(program: Command, context: Context): void {
  const keys = program.command("api-keys").description("the API keys of an organization");
  const withOptions = (command: Command): Command => withOrganizationOption(withHostOptions(command));
  withLimitOption(withOptions(keys.command("list")))
    .description("list the API keys of an organization; needs api-keys:read")
    .addHelpText("after", "\nExample:\n  mintmark api-keys list")
    .action((options: Options & LimitOptions) => listKeys(context, options));
  withOptions(keys.command("show"))
    .description("show the role, the permissions and the last use of an API key; needs api-keys:read")
    .argument("<id>", KEY_ARGUMENT)
    .addHelpText("after", "\nExample:\n  mintmark api-keys show key_4f1c2a9be07d4c5f8a3b6e9d0c1f2a4b")
    .action((id: string, options: Options) => showKey(context, id, options));
  withBrowserOption(withHostOptions(keys.command("create")))
    .description("open the page that creates an API key in your browser, because no token may create one")
    .addHelpText("after", "\nExample:\n  mintmark api-keys create --no-browser")
    .action((options: HostOptions & BrowserOptions) => createKey(context, options));
  withOptions(keys.command("revoke"))
    .description("revoke API keys; when the command returns, they work nowhere; needs api-keys:read and api-keys:write")
    .argument("<id...>", KEY_ARGUMENT)
    .option("-y, --yes", "do not ask")
    .addHelpText("after", "\nExample:\n  mintmark api-keys revoke key_4f1c2a9be07d4c5f8a3b6e9d0c1f2a4b --yes")
    .action((ids: readonly string[], options: Options & { readonly yes?: boolean }) =>
      revokeKeys(context, ids, options),
    );
}

async function listKeys(context: Context, options: Options & LimitOptions): Promise<void> {
  const { output } = context;
  const { client } = await connect(context, options);
  const items = await client.list(await chosenPath(client, options, "api-keys"), isApiKey, {}, { most: options.limit });
  output.result({ items }, () => {
    if (items.length === 0) output.line("No API keys found.");
    else
      output.table(
        ["STATE", "NAME", "PREFIX", "ROLE", "EXPIRES", "LAST USED", "ID"],
        items.map((key) => [stateText(key), key.name, key.prefix, key.role, endDay(key), day(key.lastUsedAt), key.id]),
        ["PREFIX", "LAST USED", "ROLE", "EXPIRES"],
      );
  });
}

async function showKey(context: Context, typed: string, options: Options): Promise<void> {
  const { output } = context;
  const id = parseKeyId(typed);
  const { client } = await connect(context, options);
  const key = await findKey(client, await chosenPath(client, options, `api-keys/${id}`));
  const { lastUsedAt, lastUsedIp, revokedAt, revokedReason } = key;
  output.result(key, () =>
    output.facts([
      ["Name", key.name],
      ["ID", key.id],
      ["Prefix", `${key.prefix}…`],
      ["State", stateText(key)],
      ["Organization", key.organization.name],
      ["Role", key.role],
      ["Permissions", key.permissions === null ? "those of the role" : key.permissions.join(", ")],
      ["Created", `${day(key.createdAt)} by ${key.createdBy.name}`],
      ["Expires", endText(key)],
      ["Last used", lastUsedIp === null ? day(lastUsedAt) : `${day(lastUsedAt)} from ${lastUsedIp}`],
      ["Uses", String(key.useCount)],
      ...(revokedAt === null ? [] : [["Revoked", `${day(revokedAt)} (${revokedReason ?? "no reason"})`] as const]),
    ]),
  );
}

async function createKey(context: Context, options: HostOptions & BrowserOptions): Promise<void> {
  const { host } = chooseLogin(context, openMemory(context).settings, options);
  await showPage(context, options, {
    url: `${host}${PAGES["api-keys"]}`,
    what: "the page that creates API keys",
    after: ["It is about the organization that you chose in the web app, and shows the secret once."],
  });
}

async function revokeKeys(
  context: Context,
  typed: readonly string[],
  options: Options & { readonly yes?: boolean },
): Promise<void> {
  const ids = [...new Set(typed.map(parseKeyId))];
  const yes = options.yes === true;
  requireConsent(context, yes);
  const { client } = await connect(context, options);
  const { credential: inUse } = await client.whoami();
  await revokeAll(context, { ids, kind: "API key", yes }, async (id) => {
    const path = await chosenPath(client, options, `api-keys/${id}`);
    const { name, organization, lastUsedAt } = await findKey(client, path);
    const revoke = () => client.ask({ method: "DELETE", path }, isReceipt);
    return { id, name, whose: organization.name, lastUsedAt, isInUse: id === inUse.id, revoke };
  });
}

function parseKeyId(typed: string): string {
  if (isId(typed, "apiKey")) return typed;
  throw usageFailure("this is not the id of an API key", "see the column ID of mintmark api-keys list");
}

async function findKey(client: ApiClient, path: string): Promise<ApiKey> {
  try {
    return await client.ask({ method: "GET", path }, isApiKey);
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "not_found") throw error;
    throw new Failure("not_found", "there is no such API key in this organization", "see mintmark api-keys list");
  }
}

function isApiKey(value: unknown): value is ApiKey {
  return (
    isObject(value) &&
    hasTexts(value, ["id", "name", "prefix", "role", "state", "createdAt"]) &&
    isReference(value["organization"]) &&
    isReference(value["createdBy"]) &&
    (value["permissions"] === null || Array.isArray(value["permissions"])) &&
    hasTextsOrNull(value, ["blockedBy", "endsBecause", "lastUsedIp", "revokedReason"]) &&
    typeof value["useCount"] === "number" &&
    ["createdAt", "expiresAt", "endsAt", "lastUsedAt", "revokedAt"].every((name) => isInstantOrNull(value[name]))
  );
}
