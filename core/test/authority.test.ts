import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import {
  type AuthorityInput,
  type Catalogue,
  coversRole,
  effectivePermissions,
  isReadOnly,
  missingPermissions,
  NO_CEILING,
} from "../src/authority.ts";
import { authorities, catalogues, ceilings, roles } from "./catalogues.ts";

function property(check: (catalogue: Catalogue, input: AuthorityInput) => void): void {
  fc.assert(fc.property(catalogues, authorities, check), { numRuns: 500 });
}

function assertSubset(part: readonly string[], whole: readonly string[], message: string): void {
  assert.deepEqual(
    part.filter((permission) => !whole.includes(permission)),
    [],
    message,
  );
}

describe("effectivePermissions()", () => {
  it("never exceeds the role, the list or the ceiling", () => {
    property((catalogue, input) => {
      const held = effectivePermissions(catalogue, input);
      assertSubset(held, catalogue.permissionsOf(input.role), "exceeds the role");
      if (input.listed !== null) assertSubset(held, input.listed, "exceeds the list");
      if (input.ceiling.kind === "list") assertSubset(held, input.ceiling.permissions, "exceeds the ceiling");
    });
  });

  it("leaves out nothing that role, list and ceiling all allow", () => {
    property((catalogue, { role, listed, ceiling }) => {
      const held = effectivePermissions(catalogue, { role, listed, ceiling });
      for (const permission of catalogue.permissionsOf(role)) {
        const isListed = listed === null || listed.includes(permission);
        const isUnderCeiling =
          ceiling.kind === "role" ||
          (ceiling.kind === "list" && ceiling.permissions.includes(permission)) ||
          (ceiling.kind === "read-only" && catalogue.permissions.get(permission)?.access === "read");
        assert.equal(held.includes(permission), isListed && isUnderCeiling, permission);
      }
    });
  });

  it("leaves no write under a read-only ceiling", () => {
    property((catalogue, input) => {
      const held = effectivePermissions(catalogue, { ...input, ceiling: { kind: "read-only" } });
      assert.ok(isReadOnly(catalogue, held));
      for (const permission of held) assert.equal(catalogue.permissions.get(permission)?.access, "read");
    });
  });

  it("grows with the role and with nothing else", () => {
    property((catalogue, input) => {
      const small = effectivePermissions(catalogue, { ...input, role: "small" });
      const large = effectivePermissions(catalogue, { ...input, role: "large" });
      const owner = effectivePermissions(catalogue, { ...input, role: "owner" });
      assertSubset(small, large, "a promotion takes away");
      assertSubset(large, owner, "the owner has less");
    });
  });

  it("gives a narrowed token by a promotion only what is on its list, and gives it back what the role regains", () => {
    property((catalogue, input) => {
      const listed = input.listed ?? ["scans:read"];
      const narrowed = { ...input, listed, role: "small" };
      const before = effectivePermissions(catalogue, narrowed);
      const promoted = effectivePermissions(catalogue, { ...narrowed, role: "owner" });
      assertSubset(missingPermissions(promoted, before), listed, "gained more than its list");
      assert.deepEqual(effectivePermissions(catalogue, narrowed), before);
    });
  });

  it("holds nothing in a role the catalogue does not have", () => {
    property((catalogue, input) => {
      for (const role of ["ghost", "", "__proto__", "constructor"]) {
        assert.deepEqual(effectivePermissions(catalogue, { ...input, role }), []);
      }
    });
  });

  it("takes an empty list as nothing and no list as the whole role", () => {
    property((catalogue, { role }) => {
      assert.deepEqual(effectivePermissions(catalogue, { role, listed: [], ceiling: NO_CEILING }), []);
      assert.deepEqual(
        effectivePermissions(catalogue, { role, listed: null, ceiling: NO_CEILING }),
        catalogue.permissionsOf(role),
      );
    });
  });

  it("comes in catalogue order, each permission once, whatever the order of the list", () => {
    property((catalogue, input) => {
      const held = effectivePermissions(catalogue, input);
      const listed = input.listed === null ? null : [...input.listed, ...input.listed].toReversed();
      assert.deepEqual(effectivePermissions(catalogue, { ...input, listed }), held);
      assert.deepEqual(
        held,
        [...catalogue.permissions.keys()].filter((permission) => held.includes(permission)),
      );
    });
  });

  it("is the identical array for the same input, which nobody can change", () => {
    property((catalogue, input) => {
      const held = effectivePermissions(catalogue, input);
      assert.equal(effectivePermissions(catalogue, { ...input }), held);
      assert.throws(() => (held as string[]).push("organization:delete"), TypeError);
    });
  });

  it("does not answer for one catalogue, ceiling, list or role with what it worked out for another", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(catalogues, authorities), { minLength: 2 }),
        roles,
        ceilings,
        (asked, role, ceiling) => {
          const questions = asked.flatMap(([catalogue, input]): [Catalogue, AuthorityInput][] => [
            [catalogue, input],
            [asked.at(-1)?.[0] ?? catalogue, input],
            [catalogue, { ...input, role }],
            [catalogue, { ...input, ceiling }],
            [catalogue, { ...input, listed: null }],
          ]);
          const first = questions.map(([catalogue, input]) => effectivePermissions(catalogue, input));
          // Equal questions that share no object with the first ones.
          const again = questions.map(([catalogue, input]) => effectivePermissions(catalogue, structuredClone(input)));
          assert.deepEqual(again, first);
        },
      ),
    );
  });
});

describe("missingPermissions()", () => {
  it("is empty exactly when everything wanted is held", () => {
    property((catalogue, input) => {
      const held = effectivePermissions(catalogue, input);
      const wanted = input.listed ?? catalogue.permissionsOf(input.role);
      const missing = missingPermissions(wanted, held);
      assert.deepEqual(
        missing,
        wanted.filter((permission) => !held.includes(permission)),
      );
    });
  });
});

describe("coversRole()", () => {
  it("holds when the caller has every permission of the role", () => {
    property((catalogue, { role }) => {
      assert.equal(coversRole(catalogue, role, [...catalogue.permissions.keys()]), catalogue.roles.has(role));
      const held = catalogue.permissionsOf(role);
      for (const other of catalogue.roles.keys()) {
        const isSmaller = catalogue.permissionsOf(other).every((permission) => held.includes(permission));
        assert.equal(coversRole(catalogue, other, held), isSmaller);
      }
    });
  });

  it("never holds for a role the catalogue does not have, though such a role may do nothing", () => {
    property((catalogue) => {
      assert.equal(coversRole(catalogue, "ghost", [...catalogue.permissions.keys()]), false);
    });
  });

  it("depends on the permissions of a narrowed caller, not on the caller's role", () => {
    property((catalogue) => {
      const narrowed = effectivePermissions(catalogue, {
        role: "owner",
        listed: ["members:write"],
        ceiling: NO_CEILING,
      });
      assert.equal(coversRole(catalogue, "viewer", narrowed), false);
    });
  });
});

describe("isReadOnly()", () => {
  it("holds when nothing held is a write, and a permission nobody declared counts as one", () => {
    property((catalogue, input) => {
      const held = effectivePermissions(catalogue, input);
      const writes = held.filter((permission) => catalogue.permissions.get(permission)?.access !== "read");
      assert.equal(isReadOnly(catalogue, held), writes.length === 0);
      assert.equal(isReadOnly(catalogue, [...held, "ghosts:read"]), false);
    });
  });
});
