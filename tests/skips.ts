// Tests that a run left out. A test that is skipped wherever it was written has never run: in CI each skip fails the run
// unless this list allows it.

/** Each entry: the test's name, and why no machine of ours can run it. */
export const ALLOWED_SKIPS: Readonly<Record<string, string>> = {
  "PowerShell offers the words and options that fit": "neither Debian nor npm has PowerShell",
  "the image of deploy/Dockerfile": "some containers may not mount, and without that there is no other root",
  "listens on IPv6 too": "containers often have no IPv6",
};

export interface SkippedTest {
  readonly name: string;
  readonly file: string;
  readonly reason: string;
}

/** A test as node's test runner reports it. `skip` and `todo` are `true` or the reason, where the test has one. */
export interface Reported {
  readonly name: string;
  readonly file?: string | undefined;
  readonly skip?: string | boolean | undefined;
  readonly todo?: string | boolean | undefined;
}

/** The test as one that did not run or that may fail, or `null`. */
export function skippedOf({ name, file = "", skip, todo }: Reported): SkippedTest | null {
  const cause = [skip, todo].find((value) => value !== undefined && value !== false);
  return cause === undefined ? null : { name, file, reason: String(cause) };
}

/** What a run says about its skipped tests at the end; empty when there are none. */
export function describeSkips(skipped: readonly SkippedTest[]): string {
  if (skipped.length === 0) return "";
  const lines = skipped.map(({ name, file, reason }) => {
    const allowed = ALLOWED_SKIPS[name];
    return `  ${name} (${file}): ${reason}${allowed === undefined ? "" : ` (allowed: ${allowed})`}`;
  });
  return `\nNot run:\n${lines.join("\n")}\n`;
}

export function isAllowed({ name }: SkippedTest): boolean {
  return Object.hasOwn(ALLOWED_SKIPS, name);
}
