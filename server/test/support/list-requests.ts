// Every page of a list that the API can be asked for: each list alone, with each of its filters and in each of
// its orders, as the operations declare them. A new list, filter or order is among them at once.
import type { z } from "@hono/zod-openapi";
import type { Operation } from "../../src/http/operation.ts";
import { operations } from "../../src/http/operations.ts";

/** The values of filters. */
export interface ListWorld {
  readonly organization: string;
  readonly user: string;
  readonly membership: string;
  readonly token: string;
  readonly query: string;
  readonly from: string;
  readonly to: string;
}

export interface ListRequest {
  readonly operationId: string;
  readonly path: string;
  /** `state=active`, or nothing for the plain list. */
  readonly filter: string;
}

const VALUES: Readonly<Record<string, (world: ListWorld) => string>> = {
  actor: ({ user }) => user,
  user: ({ user }) => user,
  member: ({ user }) => user,
  organization: ({ organization }) => organization,
  credential: ({ token }) => token,
  query: ({ query }) => query,
  from: ({ from }) => from,
  to: ({ to }) => to,
  action: () => "pat.used",
  expiresWithinDays: () => "30",
};
/** Filters that are on or off. */
const FLAGS = /^(stale|neverUsed|unread|instanceAdmin|personal|withoutOwner)$/;

export function listOperations(): readonly Operation[] {
  return operations.filter(({ method, query }) => method === "get" && "cursor" in shapeOf(query));
}

export function listRequests(world: ListWorld): readonly ListRequest[] {
  return listOperations().flatMap(({ operationId, path, query }) => {
    const address = path.replace("/organizations/{id}", `/organizations/${world.organization}`);
    if (address.includes("{")) throw new Error(`say in list-requests.ts what stands in ${path}`);
    return ["", ...filtersOf(query, world)].map((filter) => ({
      operationId,
      filter,
      path: filter === "" ? address : `${address}?${filter}`,
    }));
  });
}

function filtersOf(query: z.ZodType | undefined, world: ListWorld): readonly string[] {
  const { limit: _limit, cursor: _cursor, sort, order, ...filters } = shapeOf(query);
  const sorted = optionsOf(sort).flatMap((by) => optionsOf(order).map((direction) => `sort=${by}&order=${direction}`));
  return [...Object.entries(filters).flatMap(([name, field]) => filterBy(name, field, world)), ...sorted];
}

function filterBy(name: string, field: z.ZodType, world: ListWorld): readonly string[] {
  const value = VALUES[name];
  if (value !== undefined) return [`${name}=${encodeURIComponent(value(world))}`];
  if (FLAGS.test(name)) return [`${name}=true`];
  const options = optionsOf(field);
  if (options.length === 0) throw new Error(`say in list-requests.ts what the filter ${name} may look for`);
  return options.map((option) => `${name}=${option}`);
}

function shapeOf(schema: z.ZodType | undefined): Readonly<Record<string, z.ZodType>> {
  return (schema as { readonly shape?: Record<string, z.ZodType> } | undefined)?.shape ?? {};
}

/** The values of an enum, whether it is optional or has a default. */
function optionsOf(field: z.ZodType | undefined): readonly string[] {
  const { options, def } = (field ?? {}) as {
    readonly options?: readonly string[];
    readonly def?: { readonly innerType?: z.ZodType };
  };
  return options ?? (def?.innerType === undefined ? [] : optionsOf(def.innerType));
}
