// The context that a verb runs in, and `bind`, which makes the verbs of a domain into those of a store.
// A verb is a function of the context and its arguments, in the file of its domain: a statement or a few, written once
// for both engines. Its docstring says what it guarantees, which index it reads, and which rows it locks.
// Deliberately absent: connections and transactions, which each engine handles differently.
import type { TokenPolicy } from "@mintmark/core";
import type { Kysely } from "kysely";
import type { Tables } from "./tables.ts";

export interface StoredJson {
  /** The policy in force; the default where none was set, and for rules a stored one does not know yet. */
  policyOf(text: string | null): TokenPolicy;
  permissionsOf(text: string | null): readonly string[] | null;
}

/** Where a verb runs and what it needs to know of its engine. */
export interface SqlContext {
  readonly db: Kysely<Tables>;
  /** PostgreSQL locks rows; on SQLite a transaction that writes is alone anyway, and the syntax does not exist. */
  readonly locksRows: boolean;
  readonly json: StoredJson;
}

/** A statement or a few: a function of the context that it runs in, and of its arguments. */
type Verb = (context: SqlContext, ...args: never[]) => unknown;

/** The verbs as their callers see them: without the context. */
export type Bound<Verbs> = {
  readonly [Name in keyof Verbs]: Verbs[Name] extends (context: SqlContext, ...args: infer Args) => infer Result
    ? (...args: Args) => Result
    : never;
};

const PROTOTYPES = new WeakMap<object, object>();

/**
 * The verbs over one context. A set of verbs has one prototype, made at its first use, so that a transaction makes one
 * object and no function. The verbs read the context from `this`: call them on the object.
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

/** The same verbs, some of them replaced. */
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
