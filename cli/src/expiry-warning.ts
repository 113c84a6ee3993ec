// Warns that the token in use ends soon, once per command and after its output. The server decides when to warn: a header
// of every response then has the end, so the warning needs no request and has the rule of lists and notices.
import type { Secret } from "@mintmark/core";
import { DAY_MS } from "@mintmark/core/lifetime";
import type { Output } from "@mintmark/terminal";
import { day } from "./describe.ts";
import type { Login } from "./profile.ts";
import { checkSecret } from "./secret-shape.ts";

export class ExpiryWarning {
  #isWanted: boolean;
  #message: string | null = null;

  constructor({ isWanted }: { readonly isWanted: boolean }) {
    this.#isWanted = isWanted;
  }

  /** `at` is the end that the server sent. Its clock may differ, but days are precise enough. */
  note(login: Login, secret: Secret, at: string, now: number = Date.now()): void {
    const end = Date.parse(at);
    if (Number.isNaN(end)) return;
    const days = Math.floor((end - now) / DAY_MS);
    const when = days < 1 ? "within a day" : days === 1 ? "in a day" : `in ${days} days`;
    this.#message = `the token in use expires ${when} (${day(new Date(end).toISOString())}): ${remedy(login, secret)}`;
  }

  /** Drops the warning, for a token that was just revoked or just created. */
  forget(): void {
    this.#message = null;
  }

  /** Prints the warning, unless it was printed already. */
  show(output: Output): void {
    if (!this.#isWanted || this.#message === null) return;
    this.#isWanted = false;
    output.warning("token_expires_soon", this.#message);
  }
}

function remedy({ host }: Login, secret: Secret): string {
  const shape = checkSecret(secret);
  return shape.ok && shape.kind === "api_key"
    ? `create another key at ${host}/organization/api-keys`
    : "replace it with mintmark tokens replace";
}
