// The dependencies of the use cases. Every domain has one file or folder beside this one.
// Rule: a use case takes `(deps, actor, input)`, asks for only the dependencies it needs (`Pick<Deps, …>`), and writes
// a change and its audit event in one transaction. It refuses by throwing a `Refusal`.
// Deliberately absent: HTTP, SQL, environment variables, and the system clock.
import type { Bounds, Catalogue } from "@mintmark/core";
import type { LimitedMailer } from "../mail/email.ts";
import type { HashedFor } from "../secrets/password-queue.ts";
import type { Store } from "../store/store.ts";

/** The settings of the instance that use cases read. They are part of the frozen configuration. */
export interface InstanceSettings {
  /** The first part of every new secret. */
  readonly brand: string;
  /** The origin at which people and clients reach the instance, without a trailing slash. */
  readonly baseUrl: string;
  readonly signUp: "invite" | "open";
  /** Whether members can mint and use tokens of personal organizations. */
  readonly allowPersonalTokens: boolean;
  /** How many tokens and keys one user may create in 60 s; 0 turns the limit off. */
  readonly mintLimit: number;
  /** How many items of each kind a person, an organization or the instance may have. */
  readonly bounds: Bounds;
  /** For how many days audit events are kept where an organization chose nothing; `null` keeps them forever. */
  readonly auditRetentionDays: number | null;
}

/** All dependencies. Each use case takes only the members it needs, by `Pick`. */
export interface Deps {
  readonly store: Store;
  readonly catalogue: Catalogue;
  readonly settings: InstanceSettings;
  /** `null` when no mail server is configured. */
  readonly mailer: LimitedMailer | null;
  /** Runs work after the response. A failure is logged. Closing the instance waits for the work. */
  readonly later: (work: () => Promise<void>) => void;
  /** UTC epoch milliseconds. */
  readonly clock: () => number;
  /**
   * Hashes a new password. Hashing is expensive by design, so a test with thousands of accounts may pass a cheap one.
   */
  readonly hashPassword: (password: string, by: HashedFor) => Promise<string>;
}
