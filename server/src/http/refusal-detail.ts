import { type CredentialCode, holderText, type IntakeCode } from "@mintmark/core";

/** What a client reads about its credential; `ip` is `null` when the client's address could not be read. */
export function refusalDetail(code: CredentialCode | IntakeCode, ip?: string | null): string {
  return holderText(code, ip === null);
}
