import { isId } from "@mintmark/core/format";
import { Failure, usageFailure } from "@mintmark/terminal";
import type { ApiClient } from "./api-client.ts";
import type { Token } from "./api-answers.ts";

/** How commands describe the argument. */
export const TOKEN_ARGUMENT = "the token's id from mintmark tokens list, or current for the one in use";

/** The typed id. `current` stands for the token in use. */
export function parseTokenId(typed: string): string {
  if (typed === "current" || isId(typed, "token")) return typed;
  throw usageFailure("this is not the id of a token", "see the column ID of mintmark tokens list");
}

/** Finds one of the person's tokens. */
export async function findToken(client: ApiClient, id: string): Promise<Token> {
  try {
    return await client.getToken(id);
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "not_found") throw error;
    throw new Failure("not_found", "you have no such token in this organization", "see mintmark tokens list");
  }
}
