import { useEffect, useRef } from "react";
import { useSession } from "../../session/use-session.ts";
import { navigationFor } from "../navigation.ts";
import { press, type ShortcutAction } from "./shortcuts.ts";

/** Listens for shortcuts on the whole window while the frame is shown. */
export function useShortcuts(act: (action: ShortcutAction) => void): void {
  const session = useSession();
  const latest = useRef({ session, act });
  useEffect(() => {
    latest.current = { session, act };
  });
  useEffect(() => {
    let leaderAt: number | null = null;
    function onKeyDown(event: KeyboardEvent): void {
      if (event.defaultPrevented || event.isComposing) return;
      if (ahead !== null) {
        typeAhead(event);
        return;
      }
      const state = { typing: isTyping(event.target), covered: isCovered(), letters: lettersAreOn(), mac, leaderAt };
      const outcome = press(event, state, navigationFor(latest.current.session), event.timeStamp);
      leaderAt = isModifier(event.key) ? leaderAt : outcome.leaderAt;
      if (outcome.action === null) return;
      event.preventDefault();
      latest.current.act(outcome.action);
    }
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, []);
}

// The text that a person types while the palette loads. It is no shortcut, and belongs to no field of the page.

let ahead: string | null = null;

/** From now on, typed text is kept for the palette. */
export function startTypingAhead(): void {
  ahead = "";
}

/** Returns the text that was typed ahead, and gives the keys back to the page. */
export function endTypingAhead(): string {
  const typed = ahead ?? "";
  ahead = null;
  return typed;
}

function typeAhead(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if ([...event.key].length === 1) ahead += event.key;
  else if (event.key === "Backspace") ahead = (ahead ?? "").slice(0, -1);
  else return;
  event.preventDefault();
}

const mac = /^(Mac|iP)/.test(navigator.platform);

/** The name of the palette's keys on this machine. */
export const PALETTE_KEYS: readonly string[] = mac ? ["⌘", "K"] : ["Ctrl", "K"];

/** Whether the element takes text, or finds its entries by typing as a list of choices does. */
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.matches("textarea, select")) return true;
  return target instanceof HTMLInputElement && !/^(button|checkbox|radio|reset|submit)$/.test(target.type);
}

function isCovered(): boolean {
  return document.querySelector("[role=dialog], [role=alertdialog], [role=menu]") !== null;
}

function isModifier(key: string): boolean {
  return key === "Shift" || key === "Control" || key === "Alt" || key === "Meta";
}

// The setting for shortcuts of one letter, which this browser remembers.

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
    // Without storage, the choice lasts until the page is closed.
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
