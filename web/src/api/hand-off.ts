// Hand-offs: the one-time links that a host makes for its users.
import { bareApi, dataOf } from "./client.ts";
import type { Session } from "./types.ts";

export interface RedeemedForPage {
  readonly pageToken: string;
  readonly session: Session;
}

/** Redeems the code for a token of the framed page. The response sets no cookie. */
export async function redeemForPage(code: string): Promise<RedeemedForPage> {
  const body = { code, as: "page-token", replaceSession: false } as const;
  const { pageToken, session } = await dataOf(bareApi.POST("/api/hand-offs/redeem", { body }));
  if (pageToken === null) throw new Error("the redemption for a page has no token");
  return { pageToken, session };
}
