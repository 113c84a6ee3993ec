// The warning that the token in use ends soon: once a command, whatever the command asked for, after its output.
// The server says so in a header of every answer, so no request is made for it.
import type { Secret } from "@mintmark/core";
import { DAY_MS } from "@mintmark/core/lifetime";
import type { Output } from "@mintmark/terminal";
import { day } from "./describe.ts";
import type { Login } from "./profile.ts";
import { judgeSecret } from "./secret-shape.ts";

/**
 * Later than the server, which says it 30 days before: a token of the usual 30 days would be warned about from its
 * first command on.
 */
const WARN_DAYS = 14;

export class ExpiryWarning {
  #isWanted: boolean;
  #message: string | null = null;

  constructor({ isWanted }: { readonly isWanted: boolean }) {
    this.#isWanted = isWanted;
  }

  /** `at` is what the server said. Its clock may differ; days are precise enough. */
  note(login: Login, secret: Secret, at: string, now: number = Date.now()): void {
    const end = Date.parse(at);
    if (Number.isNaN(end)) return;
    const days = Math.floor((end - now) / DAY_MS);
    if (days >= WARN_DAYS) return;
    const when = days < 1 ? "within a day" : days === 1 ? "in a day" : `in ${days} days`;
    this.#message = `the token in use expires ${when} (${day(new Date(end).toISOString())}): ${remedy(login, secret)}`;
  }

  /** Nobody needs to hear of the end of a token that has just ended, or that they have just chosen. */
  forget(): void {
    this.#message = null;
  }

  /** Says it, unless it was said already. */
  show(output: Output): void {
    if (!this.#isWanted || this.#message === null) return;
    this.#isWanted = false;
    output.warning("token_expires_soon", this.#message);
  }
}

function remedy({ host }: Login, secret: Secret): string {
  const shape = judgeSecret(secret);
  return shape.ok && shape.kind === "api_key"
    ? `create another key at ${host}/organization/api-keys`
    : "replace it with mintmark tokens replace";
}
