// The client of `/api/manage`, for a product that keeps its people in an instance: directory, hand-offs, tokens, events.
// And `verifyWebhook`, for the events that the instance sends by itself.
// Rule: a call returns when the instance has confirmed the change, and throws a ManagementError otherwise. Nothing here
// repeats a change by itself. Every change of the directory may be repeated, because the same request twice changes nothing.
import { exchange, type Fetch, jsonOf, type Line, NoResponse } from "./exchange.ts";
import { type Feed, type FollowOptions, follow, type ReadOptions } from "./feed.ts";
import type {
  BatchResult,
  CreatedHandOff,
  DirectoryChange,
  DirectoryMember,
  DirectoryOrganization,
  DirectoryResult,
  DirectoryUser,
  EventPage,
  HandOffFields,
  ManagementKey,
  MemberFields,
  MembersFields,
  MembersResult,
  OrganizationFields,
  OrganizationOfUser,
  Receipt,
  RevocationReceipt,
  Token,
  TokenOwner,
  UserFields,
  Version,
} from "./management-types.ts";
import { addressOf, isObject, keyOf } from "./options.ts";

export type { FollowOptions, ReadOptions } from "./feed.ts";
export type * from "./management-types.ts";
export {
  verifyWebhook,
  type Webhook,
  type WebhookFailure,
  type WebhookOptions,
  type WebhookResult,
} from "./webhook.ts";

export interface ManagementOptions {
  /** The address of the instance, as your service reaches it. */
  readonly url: string;
  /** The management key, `mm_mgt_…`. */
  readonly managementKey: string;
  /** How long a call may take, in milliseconds. 20000 by default, because removing a member waits for the confirmation. */
  readonly timeoutMs?: number;
  /** Sends the requests. The global `fetch` by default. */
  readonly fetch?: Fetch;
}

/** The instance refused, or gave no response. Its message holds no secret. */
export class ManagementError extends Error {
  override readonly name = "ManagementError";
  /** Stable: one of docs/errors.md, or `no_response` when nobody knows whether the change was made. */
  readonly code: string;
  /** The HTTP status; 0 without a response. */
  readonly status: number;
  readonly requestId: string | null;
  /** When a repetition makes sense, in milliseconds. `null`: the instance did not say. */
  readonly retryAfterMs: number | null;
  /** The whole problem document. A refusal to remove too many members lists the tokens here. */
  readonly problem: Readonly<Record<string, unknown>>;

  constructor(
    code: string,
    message: string,
    status: number,
    problem: Readonly<Record<string, unknown>>,
    retry: number | null,
  ) {
    super(message);
    this.code = code;
    this.status = status;
    this.problem = problem;
    this.retryAfterMs = retry;
    this.requestId = typeof problem["requestId"] === "string" ? problem["requestId"] : null;
  }
}

interface ListQuery {
  /** Part of a name or an email address. */
  readonly query?: string;
}

/** With `version`, the deletion is remembered, so that older changes come too late. */
interface Deletion {
  readonly version?: Version;
}

export interface Management {
  /** The key of these calls. */
  readonly key: () => Promise<ManagementKey>;
  readonly users: {
    readonly put: (externalId: string, fields: UserFields) => Promise<DirectoryResult>;
    readonly delete: (externalId: string, deletion?: Deletion) => Promise<DirectoryResult>;
    readonly find: (externalId: string) => Promise<DirectoryUser | null>;
    /** All of them, newest first, page by page as the loop asks for more. */
    readonly list: (query?: ListQuery & { readonly id?: string }) => AsyncGenerator<DirectoryUser>;
    readonly organizations: (externalId: string) => Promise<readonly OrganizationOfUser[]>;
  };
  readonly organizations: {
    readonly put: (externalId: string, fields: OrganizationFields) => Promise<DirectoryResult>;
    readonly delete: (externalId: string, deletion?: Deletion) => Promise<DirectoryResult>;
    readonly find: (externalId: string) => Promise<DirectoryOrganization | null>;
    readonly list: (query?: ListQuery & { readonly id?: string }) => AsyncGenerator<DirectoryOrganization>;
  };
  readonly members: {
    readonly put: (organization: string, user: string, fields: MemberFields) => Promise<DirectoryResult>;
    /** When it returns, no token that the member made in this organization works any more. */
    readonly delete: (organization: string, user: string, deletion?: Deletion) => Promise<DirectoryResult>;
    readonly find: (organization: string, user: string) => Promise<DirectoryMember | null>;
    readonly list: (organization: string, query?: ListQuery) => AsyncGenerator<DirectoryMember>;
    /** Sets all members of an organization. Refuses with `removals_exceeded` to remove more than `maxRemovals`. */
    readonly set: (organization: string, fields: MembersFields) => Promise<MembersResult>;
  };
  /** Up to 1,000 changes, in order. A refused change does not stop the others. */
  readonly batch: (changes: readonly DirectoryChange[]) => Promise<readonly BatchResult[]>;
  readonly handOffs: {
    readonly create: (fields: HandOffFields) => Promise<CreatedHandOff>;
    readonly end: (id: string) => Promise<Receipt>;
  };
  readonly tokens: {
    readonly list: (
      query?: TokenOwner & { readonly state?: "live" | "expired" | "revoked" | "suspended"; readonly stale?: boolean },
    ) => AsyncGenerator<Token>;
    readonly revoke: (id: string) => Promise<RevocationReceipt>;
    /** Revokes all tokens of a person, in all organizations or in one. */
    readonly revokeOf: (owner: TokenOwner) => Promise<Receipt>;
  };
  readonly events: {
    /** One page of events after a cursor, `start` or `now`. With `wait`, it comes with the next event. */
    readonly read: (options: ReadOptions) => Promise<EventPage>;
    /**
     * Every event in commit order, page by page, for as long as the loop runs. Store `nextCursor` when the items of the page
     * are processed, and continue with it after a restart: every event comes at least once. The loop waits while the
     * instance cannot be reached, and throws what waiting does not cure, such as `cursor_expired`.
     */
    readonly follow: (options: FollowOptions) => AsyncGenerator<EventPage>;
  };
}

const NO_RESPONSE = "no_response";
const TIMEOUT_MS = 20_000;
const MOST_TIMEOUT_MS = 3_600_000;
/** A page of tokens with long names, or a batch of results with their receipts. */
const MOST_BYTES = 32 * 1024 * 1024;

/** Creates a client. Throws a TypeError for options that are not valid. */
export function createManagement(options: ManagementOptions): Management {
  const { send, feed } = sender(options);
  const get = <T>(path: string): Promise<T> => send("GET", path);
  const found = <T>(path: string): Promise<T | null> =>
    get<T>(path).catch((error: unknown) => {
      // A page of a proxy has this status too, and is no refusal.
      if (error instanceof ManagementError && error.status === 404 && error.code !== NO_RESPONSE) return null;
      throw error;
    });
  const list = <T>(path: string, query: object = {}): AsyncGenerator<T> => pages<T>(get, path, query);
  const users = (id: string): string => `users/${segment(id)}`;
  const organizations = (id: string): string => `organizations/${segment(id)}`;
  const members = (organization: string, user: string): string =>
    `${organizations(organization)}/members/${segment(user)}`;
  const itemsOf = async <T>(path: string): Promise<readonly T[]> => (await get<{ items: T[] }>(path)).items;
  return {
    key: () => get("key"),
    users: {
      put: (id, fields) => send("PUT", users(id), fields),
      delete: (id, deletion = {}) => send("DELETE", users(id), deletion),
      find: (id) => found(users(id)),
      list: (query) => list("users", query),
      organizations: (id) => itemsOf(`${users(id)}/organizations`),
    },
    organizations: {
      put: (id, fields) => send("PUT", organizations(id), fields),
      delete: (id, deletion = {}) => send("DELETE", organizations(id), deletion),
      find: (id) => found(organizations(id)),
      list: (query) => list("organizations", query),
    },
    members: {
      put: (organization, user, fields) => send("PUT", members(organization, user), fields),
      delete: (organization, user, deletion = {}) => send("DELETE", members(organization, user), deletion),
      find: (organization, user) => found(members(organization, user)),
      list: (organization, query) => list(`${organizations(organization)}/members`, query),
      set: (organization, fields) => send("PUT", `${organizations(organization)}/members`, fields),
    },
    batch: async (changes) => (await send<{ results: BatchResult[] }>("POST", "batch", { changes })).results,
    handOffs: {
      create: (fields) => send("POST", "hand-offs", fields),
      end: (id) => send("DELETE", `hand-offs/${segment(id)}`),
    },
    tokens: {
      list: (query) => list("personal-access-tokens", query),
      revoke: (id) => send("DELETE", `personal-access-tokens/${segment(id)}`),
      revokeOf: (owner) => send("POST", "personal-access-tokens/revoke", owner),
    },
    events: { read: feed, follow: (followed) => follow(feed, isTemporary, followed) },
  };
}

type Send = <T>(method: string, path: string, body?: object) => Promise<T>;

function sender(options: ManagementOptions): { readonly send: Send; readonly feed: Feed } {
  const origin = addressOf("url", options.url);
  const key = keyOf("managementKey", options.managementKey, "management_key");
  const { timeoutMs = TIMEOUT_MS, fetch } = options;
  // A timer that is much longer ends at once.
  if (!Number.isInteger(timeoutMs) || timeoutMs < 1 || timeoutMs > MOST_TIMEOUT_MS)
    throw new TypeError(`timeoutMs must be a whole number from 1 to ${MOST_TIMEOUT_MS}`);
  const line: Line = { fetch, timeoutMs, mostBytes: MOST_BYTES };
  const request = async <T>(
    method: string,
    path: string,
    { body, waitMs = 0, signal }: { body?: object; waitMs?: number; signal?: AbortSignal | undefined } = {},
  ): Promise<T> => {
    const headers = {
      Authorization: `Bearer ${key}`,
      Accept: "application/json",
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
    };
    const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const waiting = { ...line, timeoutMs: timeoutMs + waitMs };
    const received = await exchange(waiting, `${origin}/api/manage/${path}`, init, signal).catch((error: unknown) => {
      const why = error instanceof NoResponse ? error.message : "the request failed";
      throw new ManagementError(NO_RESPONSE, `Mintmark gave no response to ${method}: ${why}`, 0, {}, null);
    });
    const value = jsonOf(received);
    if (received.status >= 200 && received.status < 300 && isObject(value)) return value as T;
    throw errorOf(method, received.status, isObject(value) ? value : {}, received.headers.get("retry-after"));
  };
  return {
    send: (method, path, body) => request(method, path, body === undefined ? {} : { body }),
    feed: ({ signal, ...query }) =>
      request("GET", `events?${queryOf(query)}`, { waitMs: (query.wait ?? 0) * 1000, signal }),
  };
}

function errorOf(
  method: string,
  status: number,
  problem: Readonly<Record<string, unknown>>,
  retryAfter: string | null,
): ManagementError {
  const { code, detail } = problem;
  const retry = retryAfter !== null && /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) * 1000 : null;
  const isProblem = typeof code === "string" && typeof detail === "string" && status >= 400;
  return isProblem
    ? new ManagementError(code, `Mintmark refused ${method}: ${detail}`, status, problem, retry)
    : new ManagementError(
        NO_RESPONSE,
        `Mintmark gave no usable response to ${method}: status ${status}`,
        status,
        {},
        retry,
      );
}

/** Waiting may cure it: no response, too many requests, or an instance that cannot do its work now. */
function isTemporary(error: unknown): number | null {
  if (!(error instanceof ManagementError)) return null;
  const { status, retryAfterMs, code } = error;
  const isCurable = status === 429 || status >= 500 || (code === NO_RESPONSE && status === 0);
  return isCurable ? (retryAfterMs ?? 0) : null;
}

/**
 * An id in a path. Every URL parser resolves `.` and `..`, also encoded, so a request for such an id would be one for
 * another address: no thing has such an id.
 */
function segment(id: unknown): string {
  if (typeof id !== "string" || !/^[ -~]{1,128}$/.test(id))
    throw new TypeError("an id has 1 to 128 printable ASCII characters");
  if (id === "." || id === "..") throw new TypeError("no id is . or .. alone: a URL cannot hold it");
  return encodeURIComponent(id);
}

function queryOf(query: object): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  return new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
}

async function* pages<T>(get: <P>(path: string) => Promise<P>, path: string, query: object): AsyncGenerator<T> {
  let cursor: string | null = null;
  do {
    const search = queryOf({ limit: 200, ...query, ...(cursor === null ? {} : { cursor }) });
    const page: { items: T[]; nextCursor: string | null } = await get(`${path}?${search}`);
    yield* page.items;
    // A page that links to itself would make this loop endless.
    if (page.nextCursor === cursor) return;
    cursor = page.nextCursor;
  } while (cursor !== null);
}
