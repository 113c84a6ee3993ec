// The link in an email of a notice turns off the emails of its kind, without signing in, and nothing else.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { NoticeKind } from "@mintmark/core";
import { issueUnsubscribeLink } from "../../src/use-cases/notice/notice.ts";
import { actionsOf, assertProblem } from "../support/accounts.ts";
import { ENGINES } from "../support/instance.ts";
import type { Person } from "../support/seed.ts";
import { withInstance } from "../support/with-instance.ts";

const PREFERENCES = "/api/account/notice-preferences";

for (const engine of ENGINES) {
  describe(`unsubscribing on ${engine}`, () => {
    const { instance, seed } = withInstance({ engine });

    const linkOf = async (person: Person, kind: NoticeKind = "token.minted"): Promise<string> => {
      const link = await instance.deps.store.transaction((tx) =>
        issueUnsubscribeLink(tx, { userId: person.id, kind }, instance.deps.clock()),
      );
      return `/unsubscribe/${link?.expose()}`;
    };
    const offFor = async (person: Person): Promise<string[]> =>
      (await (await seed.session(person)).get(PREFERENCES)).body.kinds
        .filter(({ mail }: { mail: boolean }) => !mail)
        .map(({ kind }: { kind: string }) => kind);
    /** As a mail program does: from anywhere, as a form or in parts, and without a cookie. */
    const post = (path: string, type = "application/x-www-form-urlencoded"): Promise<Response> =>
      fetch(new URL(path, instance.url), {
        method: "POST",
        headers: { "Content-Type": type, Origin: "https://mail.example" },
        body: "List-Unsubscribe=One-Click",
      });

    it("turns off the emails of one kind, for the person who got the email, and records it", async () => {
      const [person, other] = [await seed.person(), await seed.person()];
      const path = await linkOf(person);
      const reply = await post(path);
      assert.deepEqual([reply.status, await reply.json()], [200, { kind: "token.minted" }]);
      assert.deepEqual([await offFor(person), await offFor(other)], [["token.minted"], []]);
      assert.equal((await post(path, "multipart/form-data; boundary=x")).status, 200, "mail programs repeat it");
      assert.deepEqual(await actionsOf(instance, person), ["user.notices_changed"], "once for one change");
    });

    it("works once: it does not turn a kind off again that the person turned on again", async () => {
      const person = await seed.person();
      const path = await linkOf(person);
      assert.equal((await post(path)).status, 200);
      const session = await seed.session(person);
      const { body } = await session.get(PREFERENCES);
      const all = Object.fromEntries(body.kinds.map(({ kind }: { kind: string }) => [kind, true]));
      assert.equal((await session.put(PREFERENCES, { mail: all })).status, 200);
      assertProblem(await instance.client().post(path), 410, "link_invalid");
      assert.deepEqual(await offFor(person), []);
      assert.equal((await post(await linkOf(person))).status, 200, "the next email has another link");
    });

    it("exists for no kind that is always mailed, and no guess is one", async () => {
      const person = await seed.person();
      assert.equal(await linkOf(person, "token.revoked"), "/unsubscribe/undefined");
      for (const token of ["undefined", "0".repeat(64), `${"0".repeat(64)}x`, "..%2f", "a".repeat(200)])
        assertProblem(await instance.client().post(`/unsubscribe/${token}`), 410, "link_invalid");
      assert.deepEqual(await offFor(person), []);
    });

    it("changes nothing when it is only opened, as scanners of mail do", async () => {
      const person = await seed.person();
      const path = await linkOf(person);
      for (const method of ["GET", "HEAD"]) {
        const reply = await fetch(new URL(path, instance.url), { method, headers: { Accept: "text/html" } });
        assert.notEqual(reply.status, 405, method);
        await reply.arrayBuffer();
      }
      const put = await fetch(new URL(path, instance.url), { method: "PUT" });
      assert.deepEqual([put.status, put.headers.get("allow")], [405, "GET, HEAD, POST, OPTIONS"]);
      assert.deepEqual(await offFor(person), []);
    });

    it("ends with the account", async () => {
      const person = await seed.person();
      const path = await linkOf(person);
      await instance.deps.store.transaction((tx) => tx.deleteUser(person.id, instance.deps.clock()));
      assertProblem(await instance.client().post(path), 410, "link_invalid");
    });
  });
}
