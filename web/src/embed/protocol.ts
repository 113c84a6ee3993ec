// The messages between the element `<mintmark-tokens>` on a host's page and the page of tokens that it frames. Both use
// this file. Rule: each side sends to the exact origin of the other, takes messages only from that window at that
// origin, and reads them here: a message that differs in anything is ignored.
// Deliberately absent: CSS. The look is a few numbers, colours of six digits and names of fonts.

/** The look of the host's page where the element stands. */
export interface HostLook {
  /** `#rrggbb`, like the other colours. `null`: the host has none, and ours is used. */
  readonly accent: string | null;
  readonly background: string;
  readonly text: string;
  /** The radius of corners in CSS pixels, or `null` for ours. */
  readonly radius: number | null;
  /** In CSS pixels. */
  readonly fontSize: number;
  /** Names of fonts, separated by commas. */
  readonly fontFamily: string;
}

/** Why a hand-off is needed: the page has none yet, it has ended, or the host has to confirm the person again. */
const ASK_REASONS = ["start", "renewal", "reauthentication"] as const;
export type AskReason = (typeof ASK_REASONS)[number];

export type HostMessage =
  | { readonly mintmark: "look"; readonly look: HostLook }
  /** The code of a fresh hand-off; `null` when the host made none. */
  | { readonly mintmark: "hand-off"; readonly code: string | null };

export type FrameMessage =
  /** The height of the page in CSS pixels. The first one also says that the page is there. */
  { readonly mintmark: "height"; readonly height: number } | { readonly mintmark: "ask"; readonly reason: AskReason };

const COLOR = /^#[0-9a-f]{6}$/;
const FONTS = /^[\p{L}\p{N} ,"'_-]{0,300}$/u;
const CODE = /^[\w-]{16,200}$/;

/** The message of a host, or `null` for anything else. */
export function readHostMessage(data: unknown): HostMessage | null {
  if (!isRecord(data)) return null;
  if (data["mintmark"] === "look") {
    const look = readLook(data["look"]);
    return look === null ? null : { mintmark: "look", look };
  }
  const { code } = data;
  if (data["mintmark"] !== "hand-off") return null;
  if (code === null) return { mintmark: "hand-off", code };
  return typeof code === "string" && CODE.test(code) ? { mintmark: "hand-off", code } : null;
}

function readLook(look: unknown): HostLook | null {
  if (!isRecord(look)) return null;
  const { accent, background, text, radius, fontSize, fontFamily } = look;
  if (!(accent === null || isColor(accent)) || !isColor(background) || !isColor(text)) return null;
  if (!(radius === null || isFinite(radius)) || !isFinite(fontSize)) return null;
  if (typeof fontFamily !== "string" || !FONTS.test(fontFamily)) return null;
  return {
    accent,
    background,
    text,
    radius: radius === null ? null : within(radius, 0, MOST_RADIUS),
    fontSize: within(fontSize, LEAST_FONT, MOST_FONT),
    fontFamily,
  };
}

const MOST_RADIUS = 32;
const LEAST_FONT = 10;
const MOST_FONT = 24;

/** The message of the framed page, or `null` for anything else. */
export function readFrameMessage(data: unknown): FrameMessage | null {
  if (!isRecord(data)) return null;
  const { mintmark, height, reason } = data;
  if (mintmark === "height" && isFinite(height))
    return { mintmark, height: within(Math.ceil(height), LEAST_HEIGHT, MOST_HEIGHT) };
  const known = ASK_REASONS.find((one) => one === reason);
  return mintmark === "ask" && known !== undefined ? { mintmark, reason: known } : null;
}

/** A frame covers no more of the host's page than this. A longer page scrolls inside. */
const MOST_HEIGHT = 8000;
const LEAST_HEIGHT = 32;

/** The code in the link of a hand-off, which must lead to this origin; `null` for any other text. */
export function codeOfLink(link: unknown, origin: string): string | null {
  if (typeof link !== "string" || !URL.canParse(link)) return null;
  const url = new URL(link);
  const code = new URLSearchParams(url.hash.slice(1)).get("code");
  return url.origin === origin && code !== null && CODE.test(code) ? code : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isColor(value: unknown): value is string {
  return typeof value === "string" && COLOR.test(value);
}

function isFinite(value: unknown): value is number {
  return Number.isFinite(value);
}

function within(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
