// The context that a verb runs in, and `bind`, which makes the verbs of a domain into those of a store.
// A verb is a function of the context and its arguments, in the file of its domain: a statement or a few, written once
// for both engines. Its docstring says what it guarantees, which index it reads, and which rows it locks.
// Deliberately absent: connections and transactions, which each engine handles differently.
import type { TokenPolicy } from "@mintmark/core";
import type { Kysely } from "kysely";
import type { Tables } from "./tables.ts";

export interface StoredJson {
  /** The policy in force. The default fills in for a missing policy, and for rules that a stored policy lacks. */
  policyOf(text: string | null): TokenPolicy;
  permissionsOf(text: string | null): readonly string[] | null;
}

/** Where a verb runs, and what it must know of its engine. */
export interface SqlContext {
  readonly db: Kysely<Tables>;
  /** PostgreSQL locks rows. On SQLite a writing transaction is alone anyway, and the syntax does not exist. */
  readonly locksRows: boolean;
  readonly json: StoredJson;
}

/** A function of the context and its arguments. */
type Verb = (context: SqlContext, ...args: never[]) => unknown;

/** The verbs without the context, as their callers see them. */
export type Bound<Verbs> = {
  readonly [Name in keyof Verbs]: Verbs[Name] extends (context: SqlContext, ...args: infer Args) => infer Result
    ? (...args: Args) => Result
    : never;
};

const PROTOTYPES = new WeakMap<object, object>();

/**
 * The verbs over one context. A set of verbs has one prototype, made at its first use, so that a transaction makes one
 * object and no function. Call the verbs as methods of the object: they read the context from `this`.
 */
export function bind<Verbs extends Readonly<Record<string, Verb>>>(context: SqlContext, verbs: Verbs): Bound<Verbs> {
  let prototype = PROTOTYPES.get(verbs);
  if (prototype === undefined) {
    prototype = prototypeOf(verbs);
    PROTOTYPES.set(verbs, prototype);
  }
  const bound = Object.create(prototype) as Bound<Verbs> & BoundContext;
  bound.context = context;
  return bound;
}

/** The same verbs with some of them replaced. */
export function withVerbs<Verbs extends object>(verbs: Verbs, replaced: Partial<Verbs>): Verbs {
  return Object.assign(Object.create(Object.getPrototypeOf(verbs) as object) as Verbs, verbs, replaced);
}

interface BoundContext {
  context: SqlContext;
}

function prototypeOf(verbs: Readonly<Record<string, Verb>>): object {
  const prototype: Record<string, unknown> = {};
  for (const [name, verb] of Object.entries(verbs)) {
    prototype[name] = function (this: BoundContext, ...args: never[]): unknown {
      return verb(this.context, ...args);
    };
  }
  return prototype;
}
