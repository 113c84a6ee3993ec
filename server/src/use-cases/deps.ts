// service/ is the use cases, one a file, in a folder for each part of the domain; this is what they are given.
// Rule: a use case takes `(deps, actor, input)`, asks for the few dependencies it needs (`Pick<Deps, …>`), and
// writes a change and its audit event in one transaction. It refuses by throwing a `Refusal`.
// Deliberately absent: HTTP, SQL, the environment, and a clock of its own.
import type { Catalogue, Limits } from "@mintmark/core";
import type { LimitedMailer } from "../mail/email.ts";
import type { HashedFor } from "../secrets/password-queue.ts";
import type { Store } from "../store/store.ts";

/** The instance's rules that use cases follow; part of the frozen configuration. */
export interface InstanceSettings {
  /** What new secrets begin with. */
  readonly brand: string;
  /** Where people and clients reach the instance: an origin, without a trailing slash. */
  readonly baseUrl: string;
  readonly signUp: "invite" | "open";
  /** Whether tokens of personal organizations can be minted and used. */
  readonly allowPersonalTokens: boolean;
  /** Mints and key creations per user in 60 s; 0 turns the limit off. */
  readonly mintLimit: number;
  /** How much a person, an organization or the instance may have of what can be made. */
  readonly limits: Limits;
  /** For how many days audit events are kept where an organization did not say; `null` for ever. */
  readonly auditRetentionDays: number | null;
}

/** What use cases depend on. Each takes only the members it needs, by `Pick`. */
export interface Deps {
  readonly store: Store;
  readonly catalogue: Catalogue;
  readonly settings: InstanceSettings;
  /** `null` when no mail server is configured. */
  readonly mailer: LimitedMailer | null;
  /** Does what the answer does not wait for. Its failure is logged; closing the instance waits for it. */
  readonly later: (work: () => Promise<void>) => void;
  /** UTC epoch milliseconds. */
  readonly clock: () => number;
  /** The stored form of a new password. Dear by design, so that races of thousands of accounts may bring a cheap one. */
  readonly hashPassword: (password: string, by: HashedFor) => Promise<string>;
}
