// The rule for new passwords refuses what attackers try first, and takes no time over it.
import assert from "node:assert/strict";
import process from "node:process";
import { it } from "node:test";
import { passwordProblem } from "../src/input.ts";

it("refuses what is guessed first", () => {
  const common = [
    "password1234",
    "Passw0rd!!",
    "123456789012345678",
    "0123456789",
    "qwertzqwertz",
    "letmein2024!",
    "1234567890?",
  ];
  for (const password of common) assert.match(passwordProblem(password, []) ?? "", /guessed/, password);
  for (const password of ["1234567890-is-my-luggage", "8675309421", "tr0ub4dor&3x"])
    assert.equal(passwordProblem(password, []), null, password);
});

it("evaluates the longest password that nearly is a common one at once", () => {
  const startedAt = process.cpuUsage();
  // A pattern that tried every way to split the text would keep the processor busy for minutes.
  for (const part of ["123456780", "1234567890", "000", "0012345678", "1110000", "password1"]) {
    passwordProblem(`${part.repeat(Math.floor(255 / part.length))}x`, []);
  }
  const { user, system } = process.cpuUsage(startedAt);
  assert.ok(user + system < 2_000_000, `${user + system} µs`);
});
