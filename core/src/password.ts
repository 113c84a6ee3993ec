// The rule for a new password. Deliberately absent: hashing.

/** In Unicode code points. */
export const PASSWORD_MIN_LENGTH = 10;
export const PASSWORD_MAX_LENGTH = 256;

// The passwords that attackers try first, besides the person's name and address. The pattern can split a text in one
// way only. With two ways for each repetition, a long text would take years.
const COMMON =
  /^(password|passwort|passw0rd|qwerty|qwertz|letmein|welcome|iloveyou|admin|mintmark|changeme|abc|0?123456789?|1q2w3e4r|111|000)+[\d!.?]*$/i;

/** The reason why a password cannot be used, as a sentence, or `null`. `personal` is the name and the address. */
export function passwordProblem(password: string, personal: readonly string[]): string | null {
  const length = [...password].length;
  if (length < PASSWORD_MIN_LENGTH) return `Use at least ${PASSWORD_MIN_LENGTH} characters.`;
  if (length > PASSWORD_MAX_LENGTH) return `Use at most ${PASSWORD_MAX_LENGTH} characters.`;
  if (COMMON.test(password) || new Set(password).size < 4)
    return "This password is among the first that are guessed; choose another.";
  const lower = password.toLowerCase();
  const own = personal
    .map((text) => text.toLowerCase())
    .flatMap((text) => [text, ...text.split(/[@\s]/)])
    .find((part) => part.length >= 4 && lower === part);
  return own === undefined ? null : "Do not use your name or email address as the password.";
}
