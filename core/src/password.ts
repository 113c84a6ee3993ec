// What a new password must be. How it is stored is not decided here.

/** In Unicode code points. */
export const PASSWORD_MIN_LENGTH = 10;
export const PASSWORD_MAX_LENGTH = 256;

// What guessers try first, besides the person's own name and address. Every text can be taken apart in one
// way only: were there two for each repetition, trying them all would take a long text years.
const COMMON =
  /^(password|passwort|passw0rd|qwerty|qwertz|letmein|welcome|iloveyou|admin|mintmark|changeme|abc|0?123456789?|1q2w3e4r|111|000)+[\d!.?]*$/i;

/** What is wrong with a new password, as a sentence, or `null` when it will do. */
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
