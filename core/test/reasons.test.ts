import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  administratorText,
  asClause,
  commandText,
  CREDENTIAL_CODES,
  ERROR_CODES,
  type ErrorCode,
  holderText,
  INTAKE_CODES,
  isErrorCode,
  logText,
  LOGIN_REFUSAL_TEXT,
  revocationLogText,
  revocationText,
  REVOKED_REASONS,
  STATE_TEXT,
} from "@mintmark/core";

const PLACE = { host: "https://mintmark.example.com", anotherToken: "get another one" };
const SENTENCES = /^[A-Z][^.]*\.(?: [A-Z][^.]*\.)*$/;
const PHRASE = /^[A-Z][^.:]*$/;

describe("holderText()", () => {
  it("is whole sentences, and says what to do in the last one", () => {
    for (const code of CREDENTIAL_CODES) {
      assert.match(holderText(code), SENTENCES, code);
      assert.match(holderText(code), /(?:^|\. )(?:Copy|Check|Mint|Ask|Use)\b[^.]*\.$/, code);
    }
    for (const code of INTAKE_CODES) assert.match(holderText(code), /^(?:Send|The header must|Only)\b.*\.$/, code);
  });

  it("begins with the title of the code", () => {
    for (const code of CREDENTIAL_CODES) assert.ok(holderText(code).startsWith(`${ERROR_CODES[code].title}.`), code);
  });

  it("knows every code of status 401, but for those of a sign-in and of a management key", () => {
    const codes = (Object.keys(ERROR_CODES) as ErrorCode[]).filter((code) => ERROR_CODES[code].status === 401);
    const known = new Set<string>([
      ...CREDENTIAL_CODES,
      ...INTAKE_CODES,
      "sign_in_failed",
      "session_ended",
      "network_refused",
    ]);
    assert.deepEqual(
      codes.filter((code) => !known.has(code)),
      [],
    );
  });

  it("names the proxy where the client's address could not be read, and only for a rule about networks", () => {
    assert.match(holderText("policy_network", true), /X-Forwarded-For/);
    assert.equal(holderText("token_revoked", true), holderText("token_revoked"));
  });
});

describe("commandText()", () => {
  it("gives the cause, a colon and what to do here", () => {
    assert.equal(commandText("token_expired", PLACE), "the token has expired: get another one");
    assert.equal(
      commandText("token_unknown", PLACE),
      "the token is unknown: check that it belongs to https://mintmark.example.com, or get another one",
    );
    for (const code of CREDENTIAL_CODES) assert.match(commandText(code, PLACE), /^[^.:]+: [a-z][^\n]*[^.]$/, code);
  });

  it("of a later version's code says that the server refuses the token", () => {
    assert.equal(commandText("token_cursed", PLACE), "the server refuses the token: get another one");
    assert.equal(commandText("constructor", PLACE), "the server refuses the token: get another one");
  });
});

describe("administratorText() and logText()", () => {
  it("are phrases without a period, for every code that a stored credential is refused with", () => {
    for (const code of CREDENTIAL_CODES.slice(4)) {
      assert.match(administratorText(code), PHRASE, code);
      assert.match(logText(code), PHRASE, code);
      assert.ok(logText(code).length <= 24, code);
    }
  });

  it("do not fail on a code that they do not know", () => {
    assert.equal(administratorText("policy_moon"), "The organization's policy refuses it");
    assert.equal(administratorText(null), "The organization's policy refuses it");
    assert.equal(logText("policy_moon"), "policy moon");
    assert.equal(logText("constructor"), "constructor");
  });
});

describe("revocationText() and revocationLogText()", () => {
  it("have a sentence and a phrase for every reason", () => {
    for (const reason of REVOKED_REASONS) {
      assert.match(revocationText(reason), SENTENCES, reason);
      assert.match(revocationLogText(reason) ?? "", /^[a-z][^.]*$/, reason);
    }
  });

  it("do not fail on a reason that they do not know", () => {
    assert.equal(revocationText("moon"), "It was revoked.");
    assert.equal(revocationText(null), "It was revoked.");
    assert.equal(revocationLogText("toString"), null);
  });
});

describe("the texts of states and of refused logins", () => {
  it("are sentences, and clauses", () => {
    for (const [state, text] of Object.entries(STATE_TEXT)) {
      if (state === "active") assert.equal(text, null);
      else assert.match(text ?? "", SENTENCES, state);
    }
    for (const [reason, text] of Object.entries(LOGIN_REFUSAL_TEXT)) assert.match(text, /^[a-z][^.]*$/, reason);
  });
});

describe("asClause()", () => {
  it("takes the period and the capital away, but not from an abbreviation", () => {
    assert.equal(asClause("The token has expired."), "the token has expired");
    assert.equal(asClause("API keys cannot do this."), "API keys cannot do this");
  });

  it("makes one clause of every title", () => {
    for (const code of Object.keys(ERROR_CODES)) {
      assert.ok(isErrorCode(code));
      assert.doesNotMatch(asClause(ERROR_CODES[code].title), /\.$/);
    }
  });
});
