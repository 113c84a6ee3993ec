// What records of several domains hold: hashes, references to people and things, pages.

/** SHA-256 of a secret, a session cookie or a link: 32 bytes. The plaintext never reaches the store. */
export type Hash = Uint8Array;

/** The actor of a change. `system` is Mintmark itself. */
export interface ActorRef {
  readonly kind: "user" | "api_key" | "service" | "management_key" | "system";
  readonly id: string;
  readonly name: string;
}

/** The credential or hand-off that an actor used; `null` for a browser session. */
export interface ViaRef {
  readonly kind: "pat" | "api_key" | "service_key" | "management_key" | "hand_off";
  readonly id: string;
  readonly name: string;
}

export interface TargetRef {
  readonly kind:
    | "pat"
    | "api_key"
    | "user"
    | "membership"
    | "invitation"
    | "organization"
    | "policy"
    | "mcp_tool"
    | "session"
    | "device_login"
    | "hand_off"
    | "service"
    | "webhook"
    | "management_key";
  readonly id: string;
  readonly name: string;
}

/** The id of a user or an organization where it is kept: with the host, or with another source. It never changes. */
export interface External {
  /** Who gave the id. Ids of two sources never meet. */
  readonly source: string;
  /** 1–128 printable ASCII characters. */
  readonly id: string;
}

/** A position in a list that is sorted newest first: the instant and id of the last item read. */
export interface Cursor {
  readonly at: number;
  readonly id: string;
}

export interface PageRequest {
  /** 1–200. */
  readonly limit: number;
  readonly after: Cursor | null;
}

/** One page, newest first, and the start of the next; `null` at the end. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: Cursor | null;
}

/** A list that is cut at a limit, and the number of all items. */
export interface Counted<T> {
  readonly items: readonly T[];
  readonly count: number;
}
