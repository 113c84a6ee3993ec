// Every page of a list that the API can be asked for: each list alone, with each of its filters and in each of
// its orders, as the operations declare them. A new list, filter or order is among them at once.
import type { z } from "@hono/zod-openapi";
import type { Operation } from "../../src/http/operation.ts";
import { operations } from "../../src/http/operations.ts";

/** The values of filters. */
export interface ListWorld {
  readonly organization: string;
  /** The organization's external id. */
  readonly externalId: string;
  readonly user: string;
  readonly membership: string;
  readonly token: string;
  /** Absent: its deliveries are not requested. */
  readonly webhook?: string;
  readonly query: string;
  readonly from: string;
  readonly to: string;
}

export interface ListRequest {
  readonly operationId: string;
  readonly path: string;
  /** `state=active`, or nothing for the plain list. */
  readonly filter: string;
  /** Whether the host asks, with its management key, or a person. */
  readonly isByHost: boolean;
}

type Value = (world: ListWorld, path: string) => string;

const VALUES: Readonly<Record<string, Value>> = {
  id: ({ organization, user }, path) => (path.endsWith("/organizations") ? organization : user),
  actor: ({ user }) => user,
  user: ({ user }) => user,
  userId: ({ user }) => user,
  member: ({ user }) => user,
  organization: ({ organization }) => organization,
  organizationId: ({ organization }) => organization,
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
  return listOperations().flatMap(({ operationId, path, query, credentials }) => {
    if (path.includes("/webhooks/{id}") && world.webhook === undefined) return [];
    const address = path
      .replace("/organizations/{id}", `/organizations/${world.organization}`)
      .replace("/webhooks/{id}", `/webhooks/${world.webhook}`)
      .replace("{externalId}", world.externalId);
    const isByHost = credentials.includes("management-key");
    if (address.includes("{")) throw new Error(`say in list-requests.ts what stands in ${path}`);
    return ["", ...filtersOf(query, world, path)].map((filter) => ({
      operationId,
      isByHost,
      filter,
      path: filter === "" ? address : `${address}?${filter}`,
    }));
  });
}

function filtersOf(query: z.ZodType | undefined, world: ListWorld, path: string): readonly string[] {
  // The feed of an audit log begins at `after`, and has pages of another form.
  const { limit: _limit, cursor: _cursor, after: _after, sort, order, ...filters } = shapeOf(query);
  const sorted = optionsOf(sort).flatMap((by) => optionsOf(order).map((direction) => `sort=${by}&order=${direction}`));
  return [
    ...Object.entries(filters).flatMap(([name, field]) => filterBy(name, field, (value) => value(world, path))),
    ...sorted,
  ];
}

function filterBy(name: string, field: z.ZodType, valueOf: (value: Value) => string): readonly string[] {
  const value = VALUES[name];
  if (value !== undefined) return [`${name}=${encodeURIComponent(valueOf(value))}`];
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
