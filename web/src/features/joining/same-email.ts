/** Whether two spellings are one address: letter case and the way accents are encoded do not matter. */
export function isSameEmail(one: string, other: string): boolean {
  return key(one) === key(other);
}

function key(email: string): string {
  return email.normalize("NFC").trim().toLowerCase();
}
