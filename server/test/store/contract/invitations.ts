import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { EmailId } from "@mintmark/core";
import { Conflict, type InvitationIssuer, type Store } from "../../../src/store/store.ts";
import { ALL, assertPages, idsOf } from "./paging.ts";
import {
  addInvitation,
  addMember,
  addToken,
  type Member,
  newHash,
  newId,
  newInvitation,
  present,
  T0,
} from "./samples.ts";

const issuerOf = ({ membership, user }: Member): InvitationIssuer => ({
  invitedByMembershipId: membership.id,
  invitedByTokenId: null,
  invitedBy: { id: user.id, name: user.name },
});

const isPendingConflict = (error: unknown): boolean => error instanceof Conflict && error.rule === "pending_invitation";

export function describeInvitations(store: () => Store): void {
  describe("invitations", { concurrency: true }, () => {
    test("an invitation is found by hash, by id in its organization, and by address", async () => {
      const member = await addMember(store());
      const { hash, ...fields } = await addInvitation(store(), member, { invitedByMembershipId: null });
      const expected = { ...fields, acceptedAt: null, withdrawnAt: null };
      const { reads } = store();
      assert.deepEqual(await reads.findInvitationByHash(hash), expected);
      assert.deepEqual(await reads.findInvitation(member.organization.id, fields.id), expected);
      assert.deepEqual(await reads.findPendingInvitation(member.organization.id, fields.email.toUpperCase()), expected);
      assert.equal(await reads.findInvitationByHash(newHash()), null);
      assert.equal(await reads.findInvitation((await addMember(store())).organization.id, fields.id), null);
      assert.equal(await reads.findPendingInvitation(newId("organization"), fields.email), null);
    });

    test("an address has one pending invitation to an organization", async () => {
      const member = await addMember(store());
      const { email } = await addInvitation(store(), member);
      await assert.rejects(addInvitation(store(), member, { email: email.toUpperCase() }), isPendingConflict);
      await addInvitation(store(), await addMember(store()), { email });
    });

    test("an invitation that was accepted or withdrawn is no longer pending and makes room for another", async () => {
      const member = await addMember(store());
      const accepted = await addInvitation(store(), member);
      const withdrawn = await addInvitation(store(), member);
      await store().transaction(async (tx) => {
        await tx.acceptInvitation(accepted.id, T0 + 1, member.user.id);
        await tx.withdrawInvitation(withdrawn.id, T0 + 2);
      });
      assert.deepEqual((await store().reads.listInvitations(member.organization.id, ALL)).items, []);
      for (const { email } of [accepted, withdrawn]) {
        assert.equal(await store().reads.findPendingInvitation(member.organization.id, email), null);
        await addInvitation(store(), member, { email });
      }
    });

    test("an invitation ends once: accepted stays accepted, withdrawn stays withdrawn", async () => {
      const member = await addMember(store());
      const accepted = await addInvitation(store(), member);
      const withdrawn = await addInvitation(store(), member);
      await store().transaction(async (tx) => {
        await tx.acceptInvitation(accepted.id, T0 + 1, member.user.id);
        await tx.withdrawInvitation(accepted.id, T0 + 2);
        await tx.acceptInvitation(accepted.id, T0 + 3, member.user.id);
        await tx.withdrawInvitation(withdrawn.id, T0 + 1);
        await tx.acceptInvitation(withdrawn.id, T0 + 2, member.user.id);
        await tx.withdrawInvitation(withdrawn.id, T0 + 3);
        const first = present(await tx.lockInvitation(accepted.id));
        assert.deepEqual([first.acceptedAt, first.withdrawnAt], [T0 + 1, null]);
        const second = present(await tx.lockInvitation(withdrawn.id));
        assert.deepEqual([second.acceptedAt, second.withdrawnAt], [null, T0 + 1]);
        assert.equal(await tx.lockInvitation(newId("invitation")), null);
      });
    });

    test("a renewed invitation has a new link, a new end and a new issuer; the old link no longer works", async () => {
      const member = await addMember(store());
      const invitation = await addInvitation(store(), member);
      const other = await addMember(store());
      const token = await addToken(store(), other);
      const issuer = { ...issuerOf(other), invitedByTokenId: token.id };
      const link = { hash: newHash(), expiresAt: T0 + 5_000, ...issuer };
      await store().transaction((tx) => tx.renewInvitation(invitation.id, link));
      assert.equal(await store().reads.findInvitationByHash(invitation.hash), null);
      const renewed = present(await store().reads.findInvitationByHash(link.hash));
      assert.equal(renewed.id, invitation.id);
      assert.equal(renewed.expiresAt, T0 + 5_000);
      const { invitedByMembershipId, invitedByTokenId, invitedBy } = renewed;
      assert.deepEqual({ invitedByMembershipId, invitedByTokenId, invitedBy }, issuer);
    });

    test("every emailed link leads to the invitation, until the links of all other emails are ended", async () => {
      const { id, hash } = await addInvitation(store(), await addMember(store()));
      const { reads } = store();
      const emails = [newId("email"), newId("email")] as const;
      const [first, again, second] = [newHash(), newHash(), newHash()];
      const mailed = (linkHash: Uint8Array, emailId: EmailId) =>
        store().transaction((tx) => tx.insertMailedLink({ hash: linkHash, invitationId: id, emailId, createdAt: T0 }));
      await mailed(first, emails[0]);
      await mailed(again, emails[0]);
      await mailed(second, emails[1]);
      const leads = async () =>
        Promise.all([first, again, second].map(async (link) => (await reads.findInvitationByMailedHash(link))?.id));
      assert.deepEqual(await leads(), [id, id, id]);
      assert.equal(await reads.findInvitationByMailedHash(hash), null);
      assert.equal(await reads.findInvitationByHash(first), null);
      await store().transaction((tx) => tx.endMailedLinks(id, emails[0]));
      assert.deepEqual(await leads(), [id, id, undefined]);
      await store().transaction((tx) => tx.endMailedLinks(id, null));
      assert.deepEqual(await leads(), [undefined, undefined, undefined]);
    });

    test("an invitation that has ended is not renewed", async () => {
      const member = await addMember(store());
      const invitation = await addInvitation(store(), member);
      const link = { hash: newHash(), expiresAt: T0 + 5_000, ...issuerOf(member) };
      await store().transaction(async (tx) => {
        await tx.withdrawInvitation(invitation.id, T0);
        await tx.renewInvitation(invitation.id, link);
      });
      assert.equal(await store().reads.findInvitationByHash(link.hash), null);
    });

    test("pending invitations are listed, expired ones too, in pages that neither skip nor repeat", async () => {
      const member = await addMember(store());
      const invitations = [];
      for (const at of [T0, T0 + 1, T0 + 1, T0 + 1, T0 + 2]) {
        invitations.push(await addInvitation(store(), member, { createdAt: at, expiresAt: 0 }));
      }
      await addInvitation(store(), await addMember(store()));
      await assertPages(
        (page) => store().reads.listInvitations(member.organization.id, page),
        invitations.map((invitation) => ({ id: invitation.id, at: invitation.createdAt })),
        async () => void (await addInvitation(store(), member, { createdAt: T0 + 9 })),
      );
    });

    test("invitations that a membership issued are withdrawn with it, and only the pending ones are returned", async () => {
      const member = await addMember(store());
      const colleague = await addMember(store(), { organization: member.organization });
      const others = await addInvitation(store(), colleague);
      const accepted = await addInvitation(store(), member);
      const pending = [await addInvitation(store(), member), await addInvitation(store(), member)];
      await store().transaction((tx) => tx.acceptInvitation(accepted.id, T0, member.user.id));
      const issued = await store().reads.listInvitationsIssuedBy(member.membership.id);
      const withdraw = async (): Promise<ReadonlySet<string>> => {
        const withdrawn = await store().transaction((tx) =>
          tx.withdrawInvitationsIssuedBy(member.membership.id, T0 + 1),
        );
        assert.ok(withdrawn.every(({ withdrawnAt }) => withdrawnAt === T0 + 1));
        return new Set(idsOf(withdrawn));
      };
      assert.deepEqual(new Set(idsOf(issued)), new Set(idsOf(pending)), "the preview and the result agree");
      assert.deepEqual(await withdraw(), new Set(idsOf(pending)));
      assert.deepEqual(await withdraw(), new Set());
      assert.deepEqual(await store().reads.listInvitationsIssuedBy(member.membership.id), []);
      assert.deepEqual(idsOf((await store().reads.listInvitations(member.organization.id, ALL)).items), [others.id]);
    });

    test("all pending invitations of an organization can be withdrawn at once", async () => {
      const member = await addMember(store());
      await addInvitation(store(), member);
      await addInvitation(store(), member, { invitedByMembershipId: null });
      const elsewhere = await addInvitation(store(), await addMember(store()));
      const withdrawn = await store().transaction((tx) =>
        tx.withdrawInvitationsOfOrganization(member.organization.id, T0, 10),
      );
      assert.equal(withdrawn, 2);
      assert.deepEqual((await store().reads.listInvitations(member.organization.id, ALL)).items, []);
      assert.equal((await store().reads.findInvitationByHash(elsewhere.hash))?.withdrawnAt, null);
    });

    test("a refused invitation leaves no row", async () => {
      const member = await addMember(store());
      const { email } = await addInvitation(store(), member);
      const refused = newInvitation(member, { email });
      await assert.rejects(
        store().transaction((tx) => tx.insertInvitation(refused)),
        isPendingConflict,
      );
      assert.equal(await store().reads.findInvitationByHash(refused.hash), null);
    });
  });
}
