import { Failure } from "@mintmark/terminal";
import { StoreUnreachable } from "./credential-store/store.ts";

/** Runs the work, and fails with advice when the keyring that keeps a credential does not respond. */
export async function askStore<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof StoreUnreachable)) throw error;
    throw new Failure(
      "keyring_unreachable",
      "the token is in the system's keyring, and the keyring does not respond",
      "unlock it and try again, or set MINTMARK_TOKEN",
    );
  }
}
