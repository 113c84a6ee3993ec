// The framed page's side of the messages with the element on the host's page. Rule: messages count only from the window
// around this one, at an origin that the operator named, and go to exactly that origin.
import { Problem } from "../api/problem.ts";
import { isDark, paletteOf } from "./colors.ts";
import { type AskReason, type FrameMessage, type HostLook, readHostMessage } from "./protocol.ts";

const PATIENCE_MS = 30_000;

export interface HostLink {
  /** Resolves with the code of a fresh hand-off. Rejects with a problem when the host makes none in time. */
  readonly askForCode: (reason: AskReason) => Promise<string>;
  readonly reportHeight: (height: number) => void;
}

/** Opens the link. `onLook` is called with the look of the host's page, first when the host is known. */
export function openHostLink(origins: readonly string[], onLook: (look: HostLook) => void): HostLink {
  const found = Promise.withResolvers<string>();
  let answer: ((code: string | null) => void) | null = null;
  window.addEventListener("message", ({ source, origin, data }) => {
    if (source !== window.parent || !origins.includes(origin)) return;
    const message = readHostMessage(data);
    if (message === null) return;
    if (message.mintmark === "hand-off") answer?.(message.code);
    else {
      onLook(message.look);
      found.resolve(origin);
    }
  });
  const send = async (message: FrameMessage): Promise<void> => window.parent.postMessage(message, await found.promise);
  return {
    reportHeight: (height) => void send({ mintmark: "height", height }),
    async askForCode(reason) {
      const answered = new Promise<string | null>((resolve) => {
        answer = resolve;
        setTimeout(() => resolve(null), PATIENCE_MS);
      });
      void send({ mintmark: "ask", reason });
      const code = await answered;
      answer = null;
      if (code === null) throw noHandOff();
      return code;
    },
  };
}

export const NO_HAND_OFF = "hand_off_missing";

function noHandOff(): Problem {
  return new Problem({
    status: 401,
    code: NO_HAND_OFF,
    title: "This page could not confirm who you are",
    detail: "You may be signed out of the site around it. Sign in there, then try again. Nothing you entered is lost.",
  });
}

/** Gives this page the look of its host. Every value has been read as a colour, a number or names of fonts. */
export function applyLook(look: HostLook): void {
  const { dataset, style } = document.documentElement;
  dataset["theme"] = isDark(look) ? "dark" : "light";
  for (const [name, color] of Object.entries(paletteOf(look))) style.setProperty(`--color-${name}`, color);
  style.setProperty("--font-sans", `${look.fontFamily || "system-ui"}, "Inter Variable", sans-serif`);
  // The text of a page is 0.875 of its root's size.
  style.fontSize = `${look.fontSize / 0.875}px`;
  if (look.radius === null) {
    style.removeProperty("--radius-control");
    style.removeProperty("--radius-panel");
  } else {
    style.setProperty("--radius-control", `${look.radius}px`);
    style.setProperty("--radius-panel", `${look.radius * 1.5}px`);
  }
}
