// `mintmark-server management-key`: makes, lists and revokes the keys of the host on the machine of the instance.
import {
  DEFAULT_SOURCE,
  isId,
  isManagementScope,
  MANAGEMENT_SCOPES,
  MAX_EXPIRY_DAYS,
  type ManagementScope,
} from "@mintmark/core";
import { type Command, InvalidArgumentError } from "commander";
import { type Running, usageFailure } from "@mintmark/terminal";
import type { Config } from "../config/config.ts";
import type { Cursor, ManagementKeyRecord, Page, Store } from "../store/store.ts";
import { loadServerConfig, requireDatabase, requireMigrated, useStore } from "./instance-store.ts";

interface CreateOptions {
  readonly scopes?: readonly ManagementScope[];
  readonly source: string;
  readonly network?: readonly string[];
  readonly expires?: number;
}

export function addManagementKey(parent: Command, context: Running): void {
  const keys = parent
    .command("management-key")
    .description("the keys with which your product keeps its people here")
    .addHelpText("after", "\nRun it on the server, with the configuration that the instance runs with.");
  keys
    .command("create <name>")
    .description("create a key, and print it")
    .option(
      "--scopes <names>",
      `what the key may do, separated by commas: ${MANAGEMENT_SCOPES.join(", ")} (default: all)`,
      parseScopes,
    )
    .option("--source <name>", "the namespace of the key's external ids", DEFAULT_SOURCE)
    .option("--network <cidr>", "refuse the key from elsewhere; repeat it for more networks", addTo)
    .option("--expires <days>", "days from now (default: never)", parseDays)
    .addHelpText(
      "after",
      "\nA source has two active keys at most, so that one can take over from the other. Standard output has only the key.\n\nExample:\n  mintmark-server management-key create shop --scopes directory:read,directory:write > management-key",
    )
    .action((name: string, options: CreateOptions) => create(context, name, options));
  keys
    .command("list")
    .description("list the keys, without their secrets")
    .action(() => list(context));
  keys
    .command("revoke <id>")
    .description("revoke a key; no later request with it is accepted")
    .addHelpText("after", "\nExample:\n  mintmark-server management-key revoke mgk_4f1c2a9be07d4c5f8a3b6e9d0c1f2a4b")
    .action((id: string) => revoke(context, id));
  keys
    .command("generate")
    .description("print a new key, and store nothing, for MINTMARK_MANAGEMENT_KEY_FILE")
    .addHelpText("after", "\nExample:\n  mintmark-server management-key generate > management-key")
    .action(() => generate(context));
}

function addTo(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}

function parseScopes(typed: string, earlier: readonly ManagementScope[] = []): readonly ManagementScope[] {
  const names = typed.split(",").map((name) => name.trim());
  if (names.every(isManagementScope)) return [...earlier, ...names];
  throw new InvalidArgumentError(`Scopes are ${MANAGEMENT_SCOPES.join(", ")}.`);
}

function parseDays(typed: string): number {
  const days = /^\d{1,4}$/.test(typed) ? Number(typed) : 0;
  if (days >= 1 && days <= MAX_EXPIRY_DAYS) return days;
  throw new InvalidArgumentError(`It must be 1 to ${MAX_EXPIRY_DAYS} days.`);
}

async function create({ output }: Running, name: string, options: CreateOptions): Promise<void> {
  const { createManagementKeyOnHost } = await import("../use-cases/admin/management-key.ts");
  await inInstance(async (store, { settings }) => {
    const { key, secret } = await createManagementKeyOnHost(
      { store, clock: store.clock.now, settings },
      { name, ...options, networks: options.network, expiresInDays: options.expires },
    );
    output.result({ ...dataOf(key), secret: secret.expose() }, () => output.secret(secret));
  });
}

async function list({ output }: Running): Promise<void> {
  await inInstance(async (store) => {
    const items = await listAll(store);
    output.result({ items: items.map(dataOf) }, () => {
      if (items.length === 0) output.line("There are no management keys.");
      else
        output.table(
          ["STATE", "NAME", "PREFIX", "SOURCE", "SCOPES", "LAST USED", "ID"],
          items.map((key) => [
            stateOf(key, store.clock.now()),
            key.name,
            key.prefix,
            key.source,
            key.scopes.length === MANAGEMENT_SCOPES.length ? "all" : key.scopes.join(","),
            key.lastUsedAt === null ? "never" : instant(key.lastUsedAt).slice(0, 10),
            key.id,
          ]),
          ["PREFIX", "SOURCE", "LAST USED"],
        );
    });
  });
}

async function listAll(store: Store): Promise<readonly ManagementKeyRecord[]> {
  const items: ManagementKeyRecord[] = [];
  let after: Cursor | null = null;
  do {
    const page: Page<ManagementKeyRecord> = await store.reads.listManagementKeys({ limit: 200, after });
    items.push(...page.items);
    after = page.next;
  } while (after !== null);
  return items;
}

async function revoke({ output }: Running, typed: string): Promise<void> {
  if (!isId(typed, "managementKey"))
    throw usageFailure(
      "this is not the id of a management key",
      "see the column ID of mintmark-server management-key list",
    );
  const { revokeManagementKeyOnHost } = await import("../use-cases/admin/management-key.ts");
  await inInstance(async (store) => {
    const { at } = await revokeManagementKeyOnHost({ store, clock: store.clock.now }, typed);
    output.result({ id: typed, revoked: true, at: instant(at) }, () =>
      output.line(`Revoked ${typed}. No request with it is accepted any more.`),
    );
  });
}

async function generate({ output }: Running): Promise<void> {
  const { settings } = await loadServerConfig();
  const { newSecret } = await import("../secrets/generate.ts");
  output.secret(newSecret(settings.brand, "management_key"));
}

async function inInstance(work: (store: Store, config: Config) => Promise<void>): Promise<void> {
  const config = await loadServerConfig();
  requireDatabase(config);
  await useStore(config, async (store) => {
    await requireMigrated(store);
    await work(store, config);
  });
}

function dataOf(key: ManagementKeyRecord): object {
  const { id, name, prefix, source, scopes, networks, isDeclared: declared } = key;
  const [createdAt, expiresAt, revokedAt, lastUsedAt] = [
    key.createdAt,
    key.expiresAt,
    key.revokedAt,
    key.lastUsedAt,
  ].map((at) => (at === null ? null : instant(at)));
  return { id, name, prefix, source, scopes, networks, declared, createdAt, expiresAt, revokedAt, lastUsedAt };
}

function stateOf({ revokedAt, expiresAt }: ManagementKeyRecord, now: number): string {
  if (revokedAt !== null) return "revoked";
  return expiresAt !== null && expiresAt <= now ? "expired" : "active";
}

function instant(at: number): string {
  return new Date(at).toISOString();
}
