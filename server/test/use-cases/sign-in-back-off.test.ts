// A person who guesses passwords waits longer and longer. A person who knows one is never locked out, whatever anyone
// else does. The waits do not reveal which accounts exist.
import assert from "node:assert/strict";
import { createHook } from "node:async_hooks";
import { before, describe, it } from "node:test";
import { Refusal } from "../../src/use-cases/use-case.ts";
import { backOffMs, tryKeys } from "../../src/use-cases/limits/sign-in.ts";
import { signIn } from "../../src/use-cases/session/sign-in.ts";
import { actionsOf, originAt, PASSWORD, personWithPassword, WRONG_PASSWORD } from "../support/accounts.ts";
import { ENGINES, uniqueName } from "../support/instance.ts";
import type { Person } from "../support/seed.ts";
import { withInstance } from "../support/with-instance.ts";

const SECOND = 1000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe("the back-off", () => {
  it("is zero for 5 failures, then doubles from 1 s up to 60 s and no further", () => {
    assert.deepEqual(
      [0, 1, 4, 5, 6, 7, 8, 9, 10, 11, 12, 1e6].map((failures) => backOffMs(failures) / SECOND),
      [0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60],
    );
  });
});

for (const engine of ENGINES) {
  describe(`back-off of sign-in on ${engine}`, () => {
    const { instance, seed } = withInstance({ engine });
    let now = Date.now();
    let lastAddress = 0;
    let others: readonly Person[];
    before(async () => {
      others = await Promise.all(Array.from({ length: 100 }, () => personWithPassword(seed)));
    });

    const advance = (ms: number) => void (now += ms);
    /** An address that no other test uses. */
    const newAddress = () => `203.0.${++lastAddress >> 8}.${lastAddress & 255}`;

    /** The result of a try: `ok`, `sign_in_failed`, or the seconds to wait. */
    async function attempt(email: string, password: string, ip: string): Promise<string | number> {
      const deps = { ...instance.deps, clock: () => now };
      try {
        await signIn(deps, { email, password }, originAt(ip));
        return "ok";
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return error.code === "rate_limited" ? (error.extras.retryAfterSeconds ?? Number.NaN) : error.code;
      }
    }

    /** Wrong passwords from the address, each as soon as the back-off allows it. */
    async function fail(person: Pick<Person, "email">, times: number, ip: string): Promise<void> {
      for (let i = 0; i < times;) {
        const outcome = await attempt(person.email, WRONG_PASSWORD, ip);
        if (typeof outcome === "number") advance(outcome * SECOND);
        else i += 1;
      }
    }

    it("checks five wrong passwords, then makes the next one wait, and accepts the right one after the wait", async () => {
      const person = await personWithPassword(seed);
      const ip = newAddress();
      for (let i = 0; i < 5; i++) assert.equal(await attempt(person.email, WRONG_PASSWORD, ip), "sign_in_failed");
      assert.equal(await attempt(person.email, PASSWORD, ip), 1);
      advance(0.4 * SECOND);
      assert.equal(await attempt(person.email, PASSWORD, ip), 1, "a try while waiting does not make the wait longer");
      advance(0.6 * SECOND);
      assert.equal(await attempt(person.email, PASSWORD, ip), "ok");
    });

    it("waits longer with each failure, 60 s at most", async () => {
      const person = await personWithPassword(seed);
      const ip = newAddress();
      await fail(person, 5, ip);
      advance(SECOND);
      for (const seconds of [2, 4, 8, 16, 32, 60, 60]) {
        assert.equal(await attempt(person.email, WRONG_PASSWORD, ip), "sign_in_failed");
        assert.equal(await attempt(person.email, PASSWORD, ip), seconds);
        advance(seconds * SECOND);
      }
      assert.equal(await attempt(person.email, PASSWORD, ip), "ok");
    });

    it("forgets the account's failures when its owner signs in", async () => {
      const person = await personWithPassword(seed);
      const ip = newAddress();
      await fail(person, 4, ip);
      assert.equal(await attempt(person.email, PASSWORD, ip), "ok");
      for (let i = 0; i < 5; i++) assert.equal(await attempt(person.email, WRONG_PASSWORD, ip), "sign_in_failed");
      assert.equal(await attempt(person.email, PASSWORD, ip), 1);
    });

    it("forgets the failures of strangers when the owner signs in, wherever from", async () => {
      const person = await personWithPassword(seed);
      for (let i = 0; i < 6; i++) await fail(person, 1, newAddress());
      assert.equal(await attempt(person.email, WRONG_PASSWORD, newAddress()), 2);
      const hotel = newAddress();
      assert.equal(await attempt(person.email, PASSWORD, hotel), 2);
      advance(2 * SECOND);
      assert.equal(await attempt(person.email, PASSWORD, hotel), "ok");
      assert.equal(await attempt(person.email, WRONG_PASSWORD, newAddress()), "sign_in_failed");
    });

    it("forgets failures after an hour", async () => {
      const person = await personWithPassword(seed);
      const ip = newAddress();
      await fail(person, 6, ip);
      assert.equal(await attempt(person.email, PASSWORD, ip), 2);
      advance(HOUR);
      for (let i = 0; i < 5; i++) assert.equal(await attempt(person.email, WRONG_PASSWORD, ip), "sign_in_failed");
    });

    it("never makes the owner wait at an address of an earlier sign-in, whatever other people do elsewhere", async () => {
      const person = await personWithPassword(seed);
      const home = newAddress();
      assert.equal(await attempt(person.email, PASSWORD, home), "ok");
      for (let i = 0; i < 12; i++) await fail(person, 1, newAddress());
      assert.equal(await attempt(person.email, PASSWORD, newAddress()), 60, "a stranger waits");
      assert.equal(await attempt(person.email, PASSWORD, home), "ok");
    });

    it("lets the owner in from a new address after one wait, however busy an attacker is meanwhile", async () => {
      const person = await personWithPassword(seed);
      const attackers = Array.from({ length: 4 }, newAddress);
      for (const ip of attackers) await fail(person, 3, ip);
      const hotel = newAddress();
      assert.equal(await attempt(person.email, PASSWORD, hotel), 60);
      for (let second = 0; second < 60; second++) {
        advance(SECOND);
        for (const ip of attackers) await attempt(person.email, WRONG_PASSWORD, ip);
      }
      assert.equal(await attempt(person.email, PASSWORD, hotel), "ok");
    });

    it("makes many addresses that guess at one account wait, each of them", async () => {
      const person = await personWithPassword(seed);
      for (let i = 0; i < 5; i++)
        assert.equal(await attempt(person.email, WRONG_PASSWORD, newAddress()), "sign_in_failed");
      for (let i = 0; i < 5; i++) assert.equal(await attempt(person.email, WRONG_PASSWORD, newAddress()), 1);
    });

    it("makes one address that guesses at many accounts wait, by the /64 for IPv6, and no other address", async () => {
      for (const [addressOf, other] of [
        [() => "198.51.100.7", "198.51.100.8"],
        [(i: number) => `2001:db8:0:1:0:0:0:${i.toString(16)}`, "2001:db8:0:2:0:0:0:1"],
      ] as const) {
        for (const [i, { email }] of others.entries()) {
          assert.equal(await attempt(email, WRONG_PASSWORD, addressOf(i)), "sign_in_failed");
        }
        const ip = addressOf(99);
        const person = await personWithPassword(seed);
        assert.equal(await attempt(person.email, PASSWORD, ip), 1);
        assert.equal(await attempt(person.email, PASSWORD, other), "ok");
      }
    });

    it("does not let an attacker's own account clear the failures of their address", async () => {
      const attacker = await personWithPassword(seed);
      const victim = await personWithPassword(seed);
      const ip = newAddress();
      for (const [i, { email }] of others.entries()) {
        assert.equal(await attempt(email, WRONG_PASSWORD, ip), "sign_in_failed");
        if (i % 4 === 0) assert.equal(await attempt(attacker.email, PASSWORD, ip), "ok");
      }
      assert.equal(await attempt(victim.email, PASSWORD, ip), 1);
    });

    it("keeps a stranger's counter only while it matters, and known addresses meanwhile", async () => {
      const [person, home, away] = [await personWithPassword(seed), newAddress(), newAddress()];
      assert.equal(await attempt(person.email, PASSWORD, home), "ok");
      const nobody = `${uniqueName("nobody")}@example.com`;
      assert.equal(await attempt(nobody, WRONG_PASSWORD, away), "sign_in_failed");
      const countersOf = (email: string, ip: string) =>
        Promise.all(Object.values(tryKeys(email, ip)).map((key) => instance.deps.store.reads.findAttempts(key)));
      advance(2 * HOUR);
      await attempt(person.email, PASSWORD, home);
      assert.deepEqual(await countersOf(nobody, away), [null, null, null, null, null]);
      assert.notEqual(await instance.deps.store.reads.findAttempts(tryKeys(person.email, home).known), null);
    });

    it("forgets an address 90 days after the last sign-in from it", async () => {
      const person = await personWithPassword(seed);
      const home = newAddress();
      assert.equal(await attempt(person.email, PASSWORD, home), "ok");
      advance(91 * DAY);
      for (let i = 0; i < 5; i++) await fail(person, 1, newAddress());
      assert.equal(await attempt(person.email, PASSWORD, home), 1);
    });

    it("checks no more tries of a burst than of the same tries one by one", async () => {
      const person = await personWithPassword(seed);
      const ip = newAddress();
      const outcomes = await Promise.all(Array.from({ length: 40 }, () => attempt(person.email, WRONG_PASSWORD, ip)));
      assert.equal(outcomes.filter((outcome) => outcome === "sign_in_failed").length, 5);
      assert.equal(outcomes.filter((outcome) => outcome === 1).length, 35);
    });

    it("treats an account that does not exist like one that does", async () => {
      const person = await personWithPassword(seed);
      const outcomes = async (email: string) => {
        const [first, second, third] = [newAddress(), newAddress(), newAddress()];
        const list: (string | number)[] = [];
        for (const ip of [first, first, first, second, second, second, third, first]) {
          list.push(await attempt(email, WRONG_PASSWORD, ip));
          advance(0.5 * SECOND);
        }
        return list;
      };
      const known = await outcomes(person.email);
      assert.ok(known.includes(1));
      assert.deepEqual(await outcomes(`${uniqueName("none")}@example.com`), known);
    });

    it("hashes a password for an unknown address as for a known one", async () => {
      const person = await personWithPassword(seed);
      const hashes = async (email: string) => {
        let count = 0;
        const hook = createHook({
          init: (_id, type) => {
            if (type === "ARGON2REQUEST") count += 1;
          },
        }).enable();
        await attempt(email, WRONG_PASSWORD, newAddress());
        hook.disable();
        return count;
      };
      assert.equal(await hashes(person.email), 1);
      assert.equal(await hashes(`${uniqueName("none")}@example.com`), 1);
    });

    it("shows the owner failed sign-ins in their audit log, once a minute", async () => {
      const person = await personWithPassword(seed);
      const ip = newAddress();
      for (let i = 0; i < 3; i++) await attempt(person.email, WRONG_PASSWORD, ip);
      assert.deepEqual(await actionsOf(instance, person), ["session.created (denied)"]);
      advance(61 * SECOND);
      await attempt(person.email, WRONG_PASSWORD, ip);
      assert.deepEqual(await actionsOf(instance, person), ["session.created (denied)", "session.created (denied)"]);
    });

    it("keeps neither email addresses nor passwords typed as addresses in its counters", async () => {
      const email = `${uniqueName("typed")}@example.com`;
      await attempt(email, WRONG_PASSWORD, newAddress());
      const { store } = instance.deps;
      const keys: string[] = [];
      const spying = {
        ...instance.deps,
        clock: () => now,
        store: new Proxy(store, {
          get: (target, name) =>
            name === "reads"
              ? new Proxy(target.reads, {
                  get: (reads, verb) => (key: string) => {
                    if (verb === "findAttempts") keys.push(key);
                    return (Reflect.get(reads, verb) as (key: string) => unknown).call(reads, key);
                  },
                })
              : (Reflect.get(target, name) as () => unknown).bind(target),
        }),
      };
      await assert.rejects(signIn(spying, { email, password: WRONG_PASSWORD }, originAt(newAddress())));
      assert.ok(keys.length >= 4);
      assert.ok(keys.every((key) => !key.includes("typed") && !key.includes("@")));
    });
  });
}
