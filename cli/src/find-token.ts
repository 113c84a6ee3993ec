// Finds the token that a person names by its id: one of theirs, else one of the organization's, so that every id that
// `tokens list --org` shows can be used.
import { isId } from "@mintmark/core/format";
import { Failure, usageFailure } from "@mintmark/terminal";
import { type ApiClient, TOKENS } from "./api-client.ts";
import { isReceipt, isToken, type Receipt, type Token } from "./api-answers.ts";
import { organizationPath } from "./organization-path.ts";

/** How commands describe the argument. */
export const TOKEN_ARGUMENT = "the token's id from mintmark tokens list, or current for the one in use";

export interface FoundToken {
  readonly token: Token;
  /** `false` for the token of another member, which owners and admins may see. */
  readonly isOwn: boolean;
  /** Revokes it. When this resolves, the token is revoked on every replica. */
  readonly revoke: () => Promise<Receipt>;
}

/** The typed id. `current` stands for the token in use. */
export function parseTokenId(typed: string): string {
  if (typed === "current" || isId(typed, "token")) return typed;
  throw usageFailure("this is not the id of a token", "see the column ID of mintmark tokens list");
}

/** Finds a token of the person, else one of another member, for which the role needs `tokens:read`. */
export async function findToken(client: ApiClient, id: string): Promise<FoundToken> {
  try {
    return { ...(await at(client, `${TOKENS}/${id}`)), isOwn: true };
  } catch (error) {
    if (id === "current" || !mayBelongToAnother(error)) throw error;
    return { ...(await findInOrganization(client, id, error)), isOwn: false };
  }
}

/** Finds one of the person's tokens. */
export async function findOwnToken(client: ApiClient, id: string): Promise<Token> {
  try {
    return await client.getToken(id);
  } catch (error) {
    if (error instanceof Failure && error.code === "not_found") throw noSuchToken("you have");
    throw error;
  }
}

/** An API key has no tokens, and the server refuses it before it looks for one. */
function mayBelongToAnother(error: unknown): error is Failure {
  return error instanceof Failure && (error.code === "not_found" || error.code === "personal_credential_required");
}

async function findInOrganization(
  client: ApiClient,
  id: string,
  first: Failure,
): Promise<Pick<FoundToken, "token" | "revoke">> {
  const { organization } = await client.whoami();
  try {
    return await at(client, organizationPath(organization.id, `personal-access-tokens/${id}`));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (error.code === "not_found") throw noSuchToken("there is");
    // A person who may not read other members' tokens made a mistake in the id of one of theirs.
    if (error.code === "permission_denied" && first.code === "not_found") throw noSuchToken("you have");
    throw error;
  }
}

async function at(client: ApiClient, path: string): Promise<Pick<FoundToken, "token" | "revoke">> {
  const token = await client.ask({ method: "GET", path }, isToken);
  return { token, revoke: () => client.ask({ method: "DELETE", path }, isReceipt) };
}

function noSuchToken(subject: "you have" | "there is"): Failure {
  const list = subject === "you have" ? "mintmark tokens list" : "mintmark tokens list --org";
  return new Failure("not_found", `${subject} no such token in this organization`, `see ${list}`);
}
