import { isStale, STALE_RULE } from "@mintmark/core/stale";
import { CREDENTIAL_STATES } from "@mintmark/core/reasons";
import { type Command, Option } from "commander";
import type { Text } from "@mintmark/terminal";
import { isToken, type Token } from "../api-answers.ts";
import { TOKENS } from "../api-client.ts";
import { type HostOptions, withHostOptions } from "../choose-login.ts";
import { type LimitOptions, withLimitOption } from "../whole-number.ts";
import { connect } from "../connection.ts";
import type { Context } from "../context.ts";
import { day } from "../describe.ts";
import { organizationPath } from "../organization-path.ts";
import { endDay, stateText } from "../token-state.ts";

interface ListOptions extends HostOptions, LimitOptions {
  readonly stale?: boolean;
  readonly state?: string;
  /** `true` is the organization of the token in use. */
  readonly org?: string | true;
}

const HEADER = ["STATE", "NAME", "PREFIX", "ORGANIZATION", "EXPIRES", "LAST USED", "ID"];
const HEADER_OF_ALL = ["STATE", "NAME", "PREFIX", "HOLDER", "EXPIRES", "LAST USED", "ID"];

export function addTokensList(parent: Command, context: Context): void {
  withLimitOption(withHostOptions(parent.command("list")))
    .description("list your personal access tokens in the organization of the one in use")
    .addOption(new Option("--state <state>", "only tokens in this state").choices(CREDENTIAL_STATES))
    .option("--stale", `only tokens that still work and were ${STALE_RULE}`)
    .option("--org [id]", "the tokens of all members of the organization; needs tokens:read")
    .addHelpText(
      "after",
      "\nExamples:\n  mintmark tokens list --state active\n  mintmark tokens list --stale\n  mintmark tokens list --org --json",
    )
    .action((options: ListOptions) => listTokens(context, options));
}

async function listTokens(context: Context, options: ListOptions): Promise<void> {
  const { output } = context;
  const { client } = await connect(context, options);
  const identity = await client.whoami();
  const { state, stale = false, org, limit: most } = options;
  const isWanted = (token: Token): boolean =>
    (state === undefined || token.state === state) &&
    (!stale || looksForgotten(token, client.answeredAt ?? Date.now()));
  const filter = { ...(state === undefined ? {} : { state }), ...(stale ? { stale: "true" } : {}) };
  const items =
    org === undefined
      ? await client.list(TOKENS, isToken, {}, { most, isWanted })
      : await client.list(
          organizationPath(org === true ? identity.organization.id : org, "personal-access-tokens"),
          isToken,
          filter,
          { most },
        );
  const isInUse = ({ id }: Token): boolean => id === identity.credential.id;
  output.result({ items: items.map((token) => ({ ...token, current: isInUse(token) })) }, () => {
    if (items.length === 0) output.line("No tokens found.");
    else
      output.table(
        org === undefined ? HEADER : HEADER_OF_ALL,
        items.map((token) => row(token, isInUse(token), org === undefined ? token.organization.name : token.user.name)),
        ["PREFIX", "LAST USED", "ORGANIZATION", "EXPIRES", "HOLDER"],
      );
  });
}

/** The same rule as the server's, which filters only the list of an organization. */
function looksForgotten({ state, createdAt, lastUsedAt }: Token, now: number): boolean {
  const lastUse = lastUsedAt === null ? null : Date.parse(lastUsedAt);
  return (
    state !== "revoked" &&
    state !== "expired" &&
    isStale({ createdAt: Date.parse(createdAt), lastUsedAt: lastUse }, now)
  );
}

function row(token: Token, isInUse: boolean, whose: string): readonly Text[] {
  const { id, name, prefix, lastUsedAt } = token;
  return [stateText(token), isInUse ? `${name} (in use)` : name, prefix, whose, endDay(token), day(lastUsedAt), id];
}
