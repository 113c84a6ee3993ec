import { Failure } from "@mintmark/terminal";
import { StoreUnreachable } from "./credential-store/store.ts";

const HINT = "unlock it and try again, log in again without it, or set MINTMARK_TOKEN";

/** Runs the work, and fails with advice when the keyring that keeps a credential does not respond. */
export async function askStore<T>(work: () => Promise<T>, hint: string = HINT): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof StoreUnreachable)) throw error;
    throw new Failure(
      "keyring_unreachable",
      "the token is in the system's keyring, and the keyring does not respond",
      hint,
    );
  }
}
