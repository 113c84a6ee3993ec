// The app reads refusals, and responses that did not come from the server.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { adviceFor, isSignedOut, isTransient, networkProblem, parseProblem, toProblem } from "../src/api/problem.ts";
import { validityMessage } from "../src/ui/validity.ts";

describe("parseProblem()", () => {
  it("reads problem+json with its field errors and missing permissions", () => {
    const problem = parseProblem(
      400,
      {
        code: "name_invalid",
        title: "The name is not valid",
        detail: "Use 1 to 100 characters.",
        requestId: "req_1",
        errors: [{ field: "name", message: "Too long." }, { field: 3 }, null],
        missingPermissions: ["a:read", 7],
      },
      "12",
    );
    assert.equal(problem.code, "name_invalid");
    assert.deepEqual(problem.errors, [{ field: "name", message: "Too long." }]);
    assert.deepEqual(problem.missingPermissions, ["a:read"]);
    assert.equal(problem.retryAfterSeconds, 12);
  });
  for (const body of [null, "<html>", [], { code: 5 }]) {
    it(`makes a sentence of ${JSON.stringify(body)}`, () => {
      const problem = parseProblem(502, body, null);
      assert.equal(problem.code, "unavailable");
      assert.notEqual(problem.detail, "");
      assert.equal(problem.retryAfterSeconds, null);
    });
  }
});

describe("isSignedOut()", () => {
  it("is true for a session that ended, and not for a wrong password", () => {
    assert.equal(isSignedOut(parseProblem(401, { code: "session_ended" }, null)), true);
    assert.equal(isSignedOut(parseProblem(401, { code: "credentials_missing" }, null)), true);
    assert.equal(isSignedOut(parseProblem(401, { code: "sign_in_failed" }, null)), false);
    assert.equal(isSignedOut(parseProblem(403, { code: "session_required" }, null)), false);
    assert.equal(isSignedOut(new Error("bug")), false);
  });
});

describe("isTransient()", () => {
  it("retries what may pass, and never a refusal", () => {
    assert.equal(isTransient(networkProblem()), true);
    assert.equal(isTransient(parseProblem(503, null, null)), true);
    assert.equal(isTransient(parseProblem(500, null, null)), false);
    assert.equal(isTransient(parseProblem(403, null, null)), false);
    assert.equal(isTransient(new Error("bug")), false);
  });
});

it("toProblem() does not show a bug's own words", () => {
  const problem = toProblem(new TypeError("x is undefined"));
  assert.equal(problem.code, "app_error");
  assert.doesNotMatch(problem.title + problem.detail, /undefined/);
});

describe("adviceFor()", () => {
  it("says how long to wait", () => {
    assert.match(adviceFor(parseProblem(429, null, "1")), /in 1 second\./);
    assert.match(adviceFor(parseProblem(429, null, "300")), /in 5 minutes\./);
    assert.match(adviceFor(parseProblem(429, null, null)), /Wait a minute/);
  });
  it("asks to look before trying again when the outcome is unknown", () => {
    assert.match(
      adviceFor(parseProblem(503, { code: "outcome_unknown", detail: "Lost." }, null)),
      /^Lost\. Before you try again, reload/,
    );
  });
  it("is the server's own sentence otherwise", () => {
    assert.equal(
      adviceFor(parseProblem(409, { code: "last_owner", detail: "Appoint another owner." }, null)),
      "Appoint another owner.",
    );
  });
});

describe("validityMessage()", () => {
  const VALID = {
    valid: true,
    valueMissing: false,
    typeMismatch: false,
    tooShort: false,
    rangeUnderflow: false,
    rangeOverflow: false,
    badInput: false,
  };
  const control = (type: string, wrong: Partial<typeof VALID>): Parameters<typeof validityMessage>[0] => ({
    name: "field",
    type,
    minLength: 10,
    validity: { ...VALID, valid: false, ...wrong },
    validationMessage: "the browser's words",
  });
  it("says what to enter", () => {
    assert.equal(validityMessage({ ...control("text", {}), validity: VALID }), null);
    assert.equal(validityMessage(control("text", { valueMissing: true })), "Fill this in.");
    assert.equal(validityMessage(control("date", { valueMissing: true })), "Choose a date.");
    assert.equal(validityMessage(control("radio", { valueMissing: true })), "Choose one.");
    assert.match(validityMessage(control("email", { typeMismatch: true })) ?? "", /email address/);
    assert.equal(validityMessage(control("password", { tooShort: true })), "Use at least 10 characters.");
    assert.equal(validityMessage(control("date", { rangeOverflow: true })), "the browser's words");
  });
});
