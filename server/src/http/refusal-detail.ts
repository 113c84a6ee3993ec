// The sentence that goes with each verdict on a credential: what the holder should do next.
import type { ErrorCode } from "@mintmark/core";
import { INTAKE_DETAIL } from "../verify/intake.ts";

const DETAILS: Partial<Record<ErrorCode, string>> = {
  ...INTAKE_DETAIL,
  token_malformed:
    "This does not look like a token of this instance. Copy the whole token, without quotes or line breaks.",
  token_wrong_issuer: "The token was made by another instance. Check which address it belongs to.",
  token_checksum_mismatch: "A character of the token is wrong or missing. Copy the whole token again.",
  token_unknown: "There is no such token here. Check which instance it belongs to, or mint a new one in the web app.",
  token_revoked: "The token was revoked and never works again. Mint a new one in the web app.",
  token_expired: "The token's time is over. Mint a new one, or replace it, in the web app.",
  member_removed:
    "Its owner is no longer a member of the organization, so the token is dead. Ask the organization's owner.",
  member_suspended:
    "Its owner is suspended in the organization; the token rests until they are reinstated. Ask an owner of the organization.",
  user_suspended: "Its owner's account is suspended; the token rests until it is reinstated. Ask an instance admin.",
  user_deleted: "Its owner deleted their account, so the token is dead.",
  organization_deleted: "The token's organization was deleted, so the token is dead.",
  personal_organization_denied:
    "This instance does not accept tokens of personal organizations. Mint one in a shared organization.",
  policy_lifetime: "The token is older than the organization's token policy allows. Mint a new one.",
  policy_no_expiry: "The organization's token policy refuses tokens without expiry. Mint one that expires.",
  policy_network:
    "The organization's token policy does not allow tokens from this network. Use it from an allowed one.",
  policy_idle: "The token was unused for longer than the organization's token policy allows. Mint a new one.",
  permission_denied: "The token lacks a permission that this needs. Use another token, or ask for another role.",
};

const UNREADABLE_ADDRESS =
  "The organization's token policy allows certain networks only, and the address that this request came from could not be read. Ask whoever runs this instance to check what its proxies send in X-Forwarded-For.";

/** What to tell the holder of a credential that was refused with this code; `ip` is `null` when the client is unknown. */
export function refusalDetail(code: ErrorCode, ip?: string | null): string {
  if (code === "policy_network" && ip === null) return UNREADABLE_ADDRESS;
  const detail = DETAILS[code];
  if (detail === undefined) throw new Error(`no sentence is written for a credential refused with ${code}`);
  return detail;
}
