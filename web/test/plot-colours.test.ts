// The colours of plots, read from the stylesheet: each stands out from the surface, and no two are confused, also by
// people who do not distinguish red and green, or blue and yellow.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";

type Rgb = readonly [number, number, number];

const STYLES = readFileSync(new URL("../src/ui/styles.css", import.meta.url), "utf8");
const PLOTS = [1, 2, 3, 4, 5, 6, 7].map((number) => `plot-${number}`);

/** The linear RGB of a colour in the light and the dark theme. */
function colourOf(name: string): readonly [light: Rgb, dark: Rgb] {
  const value = new RegExp(`--color-${name}: light-dark\\(oklch\\(([^)]+)\\), oklch\\(([^)]+)\\)\\)`).exec(STYLES);
  assert.ok(value, `${name} has a colour in both themes`);
  return [linear(value[1] ?? ""), linear(value[2] ?? "")];
}

/** OKLCH to linear sRGB (CSS Color 4). */
function linear(oklch: string): Rgb {
  const [lightness, chroma, hue] = oklch.split(" ").map(Number) as [number, number, number];
  const [a, b] = [chroma * Math.cos((hue * Math.PI) / 180), chroma * Math.sin((hue * Math.PI) / 180)];
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ].map((part) => Math.min(1, Math.max(0, part))) as unknown as Rgb;
}

function oklab([r, g, b]: Rgb): Rgb {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

/** WCAG 2: (L1 + 0.05) / (L2 + 0.05). */
function contrast(one: Rgb, other: Rgb): number {
  const [dark, light] = [one, other].map(([r, g, b]) => 0.2126 * r + 0.7152 * g + 0.0722 * b).sort((a, b) => a - b) as [
    number,
    number,
  ];
  return (light + 0.05) / (dark + 0.05);
}

/** Linear RGB as people see it who lack one kind of cone (Machado, Oliveira and Fernandes 2009, severity 1). */
const VISION: Readonly<Record<string, readonly Rgb[]>> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

function seen(colour: Rgb, rows: readonly Rgb[]): Rgb {
  return rows.map((row) =>
    Math.min(1, Math.max(0, row[0] * colour[0] + row[1] * colour[1] + row[2] * colour[2])),
  ) as unknown as Rgb;
}

describe("the colours of plots", () => {
  for (const [index, theme] of ["light", "dark"].entries()) {
    it(`stand out from the surface, ${theme}: at least 3 to 1`, () => {
      const surface = colourOf("surface")[index] as Rgb;
      for (const name of PLOTS) {
        const ratio = contrast(colourOf(name)[index] as Rgb, surface);
        assert.ok(ratio >= 3, `${name} has ${ratio.toFixed(2)}`);
      }
    });

    for (const [vision, rows] of Object.entries(VISION)) {
      it(`are all different, ${theme}, with ${vision} vision`, () => {
        const colours = PLOTS.map((name) => oklab(seen(colourOf(name)[index] as Rgb, rows)));
        for (const [one, [l, a, b]] of colours.entries()) {
          for (const [other, [l2, a2, b2]] of colours.entries()) {
            if (other <= one) continue;
            const distance = Math.hypot(l - l2, a - a2, b - b2);
            assert.ok(distance >= 0.075, `${PLOTS[one]} and ${PLOTS[other]}: ${distance.toFixed(3)}`);
          }
        }
      });
    }
  }
});
