// Colours as numbers: contrast (WCAG 2.2 §1.4.3), mixtures, and the palette of the framed page from the look of its host.
// Rule: whatever the host's colours are, text can be read. A colour that is too close to what is behind it moves towards
// black or white until it is far enough.
import type { HostLook } from "./protocol.ts";

type Rgb = readonly [number, number, number];

/** The parts of `#rrggbb`, each from 0 to 1. */
function rgbOf(hex: string): Rgb {
  const part = (at: number): number => parseInt(hex.slice(at, at + 2), 16) / 255;
  return [part(1), part(3), part(5)];
}

export function hexOf(parts: readonly number[]): string {
  const byte = (part: number): string =>
    Math.round(Math.min(1, Math.max(0, part)) * 255)
      .toString(16)
      .padStart(2, "0");
  return `#${parts.map(byte).join("")}`;
}

/** The first colour, laid over the second with this opacity. */
export function mix(over: string, under: string, opacity: number): string {
  const below = rgbOf(under);
  return hexOf(rgbOf(over).map((part, index) => part * opacity + (below[index] ?? 0) * (1 - opacity)));
}

function luminance(hex: string): number {
  const [red, green, blue] = rgbOf(hex).map((part) =>
    part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
}

/** Light text on a dark page. */
export function isDark({ text, background }: Pick<HostLook, "text" | "background">): boolean {
  return brightness(text) > brightness(background);
}

function brightness(hex: string): number {
  const [red, green, blue] = rgbOf(hex);
  return 3 * red + 6 * green + blue;
}

/** From 1 to 21. */
export function contrast(one: string, other: string): number {
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

const BLACK = "#000000";
const WHITE = "#ffffff";

const TEXT_CONTRAST = 4.5;
const EDGE_CONTRAST = 3;
const STEPS = 40;

/** The colour itself, or the nearest mixture with black or white that has the contrast to all of these. */
function readable(color: string, behind: readonly string[], least: number): string {
  const worst = (one: string): number => Math.min(...behind.map((other) => contrast(one, other)));
  const end = worst(BLACK) > worst(WHITE) ? BLACK : WHITE;
  for (let step = 0; step < STEPS; step++) {
    const tried = mix(end, color, step / STEPS);
    if (worst(tried) >= least) return tried;
  }
  return end;
}

/** Ours, where the host's has none: the accent, what needs attention, what cannot be undone; in light and dark. */
const OURS = {
  mint: ["#1c6049", "#7fd6b1"],
  brass: ["#7a4f00", "#e5bd6c"],
  rust: ["#a3271f", "#f09a8e"],
} as const;

/** The values of the custom properties of ui/styles.css that hold colours, by name. */
export function paletteOf(look: Pick<HostLook, "accent" | "background" | "text">): Readonly<Record<string, string>> {
  const { background } = look;
  const shade = isDark(look) ? 1 : 0;
  const ink = readable(look.text, [background], TEXT_CONTRAST);
  const toned = (strength: number): string => mix(ink, background, strength);
  /** A tint of the background by this colour, or the background where the colour could not be read on the tint. */
  const washed = (color: string, strength: number): string => {
    const wash = mix(color, background, strength);
    return contrast(color, wash) >= TEXT_CONTRAST ? wash : background;
  };
  const sunken = washed(ink, 0.05);
  const behind = [background, sunken];
  const tinted = (name: keyof typeof OURS, color: string): Readonly<Record<string, string>> => {
    const own = readable(color, behind, TEXT_CONTRAST);
    return { [name]: own, [`${name}-wash`]: washed(own, 0.09), [`${name}-line`]: mix(own, background, 0.4) };
  };
  const accent = look.accent ?? OURS.mint[shade];
  const mint = tinted("mint", accent);
  const textOn = (color: string): string => (contrast(WHITE, color) >= contrast(BLACK, color) ? WHITE : BLACK);
  return {
    canvas: background,
    surface: background,
    raised: background,
    sunken,
    line: toned(0.15),
    control: readable(toned(0.45), behind, EDGE_CONTRAST),
    ink,
    soft: readable(toned(0.78), behind, TEXT_CONTRAST),
    faint: readable(toned(0.65), behind, TEXT_CONTRAST),
    ...mint,
    "on-mint": textOn(mint["mint"] as string),
    // Buttons have the accent itself.
    fill: accent,
    "fill-strong": mix(textOn(accent) === WHITE ? BLACK : WHITE, accent, 0.15),
    "on-fill": textOn(accent),
    ...tinted("brass", OURS.brass[shade]),
    ...tinted("rust", OURS.rust[shade]),
  };
}
