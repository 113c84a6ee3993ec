import assert from "node:assert/strict";
import { STATUS_CODES } from "node:http";
import { describe, it } from "node:test";
import { ERROR_CODES, type ErrorCode, isErrorCode, statusOf, titleOf } from "../src/error-code.ts";

const codes = Object.keys(ERROR_CODES) as ErrorCode[];

/** The codes that clients were promised, by status. */
const PROMISED: Readonly<Record<number, string>> = {
  400: "credentials_malformed credentials_multiple token_in_url field_unknown name_invalid expiry_invalid expiry_required permission_unknown permissions_empty password_weak",
  401: "credentials_missing scheme_unsupported token_malformed token_checksum_mismatch token_wrong_issuer token_unknown token_revoked token_expired member_removed member_suspended user_suspended user_deleted organization_deleted personal_organization_denied policy_lifetime policy_no_expiry policy_network policy_idle sign_in_failed",
  403: "session_required personal_credential_required permission_denied permission_exceeds_role role_exceeds_creator role_exceeds_caller reauthentication_required policy_mint policy_mcp sign_up_closed invitation_email_mismatch cross_site_request",
  404: "not_found",
  405: "token_immutable",
  409: "last_owner already_member setup_done",
  410: "invitation_invalid invitation_expired",
  429: "rate_limited",
  503: "verifier_unavailable outcome_unknown",
  507: "storage_full",
};

describe("the table of error codes", () => {
  it("keeps every code that clients were promised, with its status", () => {
    for (const [status, promised] of Object.entries(PROMISED)) {
      for (const code of promised.split(" ")) {
        assert.ok(isErrorCode(code), `${code} is gone`);
        assert.equal(statusOf(code), Number(status), code);
      }
    }
  });

  it("gives each code a status that HTTP knows as an error", () => {
    for (const code of codes) {
      assert.ok(statusOf(code) >= 400 && statusOf(code) <= 599, code);
      assert.ok(STATUS_CODES[statusOf(code)] !== undefined, code);
    }
  });

  it("gives each code its own title: a sentence without its period", () => {
    assert.equal(new Set(codes.map(titleOf)).size, codes.length, "two codes share a title");
    for (const code of codes) assert.match(titleOf(code), /^[A-Z][^\n]*[^.!?\s]$/, code);
  });

  it("names codes in words joined by underscores", () => {
    for (const code of codes) assert.match(code, /^[a-z]+(_[a-z]+)*$/);
  });

  it("takes nothing else for a code", () => {
    for (const text of ["", "toString", "__proto__", "constructor", "TOKEN_REVOKED", "token_revoked "]) {
      assert.equal(isErrorCode(text), false, text);
    }
  });
});
