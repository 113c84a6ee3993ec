// Catalogues and what to ask of them, for the property tests of authority and verdicts.
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { type AuthorityInput, type Catalogue, type Ceiling, createCatalogue } from "../src/authority.ts";

const PERMISSIONS = ["organization:read", "organization:write", "members:read", "members:write", "audit:export"];
const ADDED = ["scans:read", "scans:write", "reports:view", "reports:publish"];
/** Names no catalogue here declares. */
const GHOSTS = ["ghosts:read", "ghosts:write"];

const declared = [...PERMISSIONS, ...ADDED];

/** The default roles and two more, each with any of the permissions. */
export const catalogues: fc.Arbitrary<Catalogue> = fc
  .record({ small: fc.subarray(declared), large: fc.subarray(declared), member: fc.subarray(ADDED) })
  .map(({ small, large, member }) => {
    const result = createCatalogue({
      permissions: ADDED.map((name) => ({ name })),
      roles: {
        small: { permissions: small },
        // Everything that `small` has, and more: a promotion.
        large: { permissions: [...small, ...large] },
        member: { permissions: member },
      },
    });
    return result.ok ? result.catalogue : assert.fail(result.problems.join());
  });

export const roles: fc.Arbitrary<string> = fc.constantFrom(
  "owner",
  "admin",
  "member",
  "viewer",
  "small",
  "large",
  "ghost",
);

const lists = fc.subarray([...declared, ...GHOSTS]);

export const ceilings: fc.Arbitrary<Ceiling> = fc.oneof(
  fc.constant<Ceiling>({ kind: "role" }),
  fc.constant<Ceiling>({ kind: "read-only" }),
  lists.map((permissions): Ceiling => ({ kind: "list", permissions })),
);

export const authorities: fc.Arbitrary<AuthorityInput> = fc.record({
  role: roles,
  listed: fc.option(lists),
  ceiling: ceilings,
});
