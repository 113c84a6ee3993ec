// Notices in words: every kind says what happened, and names stay apart from the words.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Notice } from "../src/api/types.ts";
import { bodyOf, KIND_LABELS, plainText, titleOf } from "../src/features/notice/notice-text.ts";

const DETAILS: Notice["details"] = {
  by: null,
  expiresAt: null,
  because: null,
  daysLeft: null,
  ip: null,
  network: null,
  userAgent: null,
  reason: null,
  tokens: [],
  tokenCount: 1,
  stopped: 0,
  narrowed: 0,
  cannotMint: false,
  role: null,
  domain: null,
  webhook: null,
};
const GRACE = { kind: "user", id: "usr_1", name: "Grace" } as const;

function noticeOf(kind: Notice["kind"], details: Partial<Notice["details"]> = {}, rest: Partial<Notice> = {}): Notice {
  return {
    id: "ntc_1",
    kind,
    at: "2026-11-22T09:30:00.000Z",
    readAt: null,
    resolvedAt: null,
    organization: { id: "org_1", name: "Acme" },
    token: { id: "pat_1", name: "deploy" },
    details: { ...DETAILS, ...details },
    ...rest,
  };
}

const inWords = (notice: Notice): readonly [string, string] => [plainText(titleOf(notice)), plainText(bodyOf(notice))];

describe("notices in words", () => {
  it("every kind has a title and a body", () => {
    for (const kind of Object.keys(KIND_LABELS) as Notice["kind"][]) {
      for (const words of inWords(noticeOf(kind, { stopped: 1 }))) assert.match(words, /\w/, kind);
    }
  });

  it("names are separate parts", () => {
    assert.deepEqual(titleOf(noticeOf("token.minted")), ["New token ", { name: "deploy" }]);
  });

  it("one token, revoked by somebody", () => {
    const words = inWords(noticeOf("token.revoked", { by: GRACE, reason: "member_removed" }));
    assert.deepEqual(words, ["Token deploy was revoked by Grace", "You are no longer a member of the organization. "]);
  });

  it("many tokens, and a secret that nobody in particular reported", () => {
    const tokens = [
      { id: "pat_1", name: "one" },
      { id: "pat_2", name: "two" },
    ];
    const by = { kind: "system", id: "holder", name: "Holder of the secret" } as const;
    const words = inWords(noticeOf("token.revoked", { by, reason: "leaked", tokens, tokenCount: 5 }, { token: null }));
    assert.deepEqual(words, [
      "5 of your tokens were revoked",
      "Its secret was reported as leaked. Tokens: one, two, and 3 more.",
    ]);
  });

  it("what a policy took", () => {
    const details = { by: GRACE, stopped: 1, narrowed: 2, cannotMint: true, tokenCount: 0 };
    assert.deepEqual(inWords(noticeOf("policy.changed", details)), [
      "The token policy of Acme has changed for you",
      "Grace changed it: 1 token of yours is refused now, and 2 tokens of yours may do less than before, and you can no longer mint tokens there. ",
    ]);
  });
});
