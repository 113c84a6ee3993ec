// The token of the framed page: from a hand-off of the host, in memory only, for some minutes. Rule: every request has it
// and none has a cookie. When it has ended, the host is asked for another hand-off and the request is sent again, so the
// person loses nothing that they typed. Nothing that one person typed is sent for another.
import { HAND_OFF_SESSION_MS } from "@mintmark/core";
import type { redeemForPage } from "../api/hand-off.ts";
import type { HostLink } from "./host-link.ts";
import type { AskReason } from "./protocol.ts";

/** By this clock alone: that of the server may differ. The server may also end it earlier, and then refuses it. */
const LIFETIME_MS = HAND_OFF_SESSION_MS["page-token"];
/** A token this close to its end is not used any more. */
const MARGIN_MS = 10_000;

interface Held {
  readonly token: string;
  readonly usedUntil: number;
  /** The person and the membership that the token acts for. */
  readonly holder: string;
}

interface PageTokenDeps {
  readonly askForCode: HostLink["askForCode"];
  readonly redeem: typeof redeemForPage;
  /** Called when the host hands over another person or membership. Nothing of the former may stay on the page. */
  readonly onOtherHolder: () => void;
}

export class PageToken {
  readonly #deps: PageTokenDeps;
  readonly #listeners = new Set<() => void>();
  #held: Held | null = null;
  #renewal: Promise<Held> | null = null;
  #isLost = false;

  constructor(deps: PageTokenDeps) {
    this.#deps = deps;
  }

  /** Whether the last try to get a token has failed. */
  isLost = (): boolean => this.#isLost;

  /** Calls the listener when `isLost` changes. Returns a function that unsubscribes. */
  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Sends a request of the API with the token. A refusal of the token is followed by one more try, with another token. */
  async send(request: Request): Promise<Response> {
    const { token } = await this.#current();
    const response = await fetch(withToken(request.clone(), token));
    if (response.status !== 401) return response;
    // Another request may have renewed it in the meantime.
    const next = this.#held?.token === token ? await this.renew("renewal") : await this.#current();
    return fetch(withToken(request, next.token));
  }

  async #current(): Promise<Held> {
    const held = this.#held;
    if (held === null) return this.renew("start");
    return held.usedUntil > Date.now() ? held : this.renew("renewal");
  }

  /** Gets another token by a fresh hand-off. Requests that need one at the same time share it. */
  renew(reason: AskReason): Promise<Held> {
    this.#renewal ??= this.#redeem(reason).finally(() => (this.#renewal = null));
    return this.#renewal;
  }

  async #redeem(reason: AskReason): Promise<Held> {
    const { askForCode, redeem, onOtherHolder } = this.#deps;
    try {
      const { pageToken, session } = await redeem(await askForCode(reason));
      const holder = `${session.user.id} ${session.organization?.membershipId ?? ""}`;
      if (this.#held !== null && this.#held.holder !== holder) {
        onOtherHolder();
        // The page is about to start anew. No request may go out for the other person until then.
        return await new Promise<never>(() => undefined);
      }
      this.#held = { token: pageToken, usedUntil: Date.now() + LIFETIME_MS - MARGIN_MS, holder };
      this.#setLost(false);
      return this.#held;
    } catch (error) {
      this.#setLost(true);
      throw error;
    }
  }

  #setLost(isLost: boolean): void {
    if (this.#isLost === isLost) return;
    this.#isLost = isLost;
    for (const listener of this.#listeners) listener();
  }
}

function withToken(request: Request, token: string): Request {
  const headers = new Headers(request.headers);
  headers.set("Authorization", `Bearer ${token}`);
  return new Request(request, { headers, credentials: "omit" });
}
