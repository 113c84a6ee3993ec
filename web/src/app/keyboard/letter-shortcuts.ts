// Whether shortcuts of one letter are on, remembered in this browser.

const KEY = "mintmark-shortcuts";

const listeners = new Set<() => void>();
let on = read();

export function lettersAreOn(): boolean {
  return on;
}

export function switchLetters(next: boolean): void {
  on = next;
  try {
    if (next) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, "off");
  } catch {
    // Without storage the choice lasts as long as the page.
  }
  for (const listener of listeners) listener();
}

export function subscribeToLetters(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function read(): boolean {
  try {
    return localStorage.getItem(KEY) !== "off";
  } catch {
    return true;
  }
}
