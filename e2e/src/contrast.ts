// Finds text with too little contrast. axe measures every text, which is slow, and most texts look alike.
//
// The contrast of a text follows from its own style and from the backgrounds between it and the first opaque one. These
// computed values are the text's signature. When axe has measured a text and passed it, a text with the same signature
// passes too, on any page, in any theme and at any width, so this process does not measure it again. A colour that only
// the dark theme or only a narrow screen has makes another signature, because the signature holds the colours.
// A text has no signature where its ancestors do not tell what is behind it: it has no opaque ancestor or lies outside
// that ancestor, another element with a background overlaps it, or its opaque ancestor is half transparent with its
// group. Such a text is measured in every look. A text that axe exempts or cannot decide is never remembered.
import type { Page } from "playwright-core";

/** Signatures of texts that axe has measured and passed. */
const passed = new Set<string>();

interface Scope {
  /** Selects the part of the page to check; null for all of it. */
  readonly part: string | null;
  /** Whether every text is measured, also one whose signature has passed. */
  readonly isComplete: boolean;
}

interface Measured {
  readonly violations: readonly string[];
  readonly passed: readonly string[];
}

/** Describes each text of too little contrast, on a page that axe has been loaded into. */
export async function lowContrasts(page: Page, { part, isComplete }: Scope): Promise<readonly string[]> {
  const texts = await page.evaluateHandle(signTexts, part);
  try {
    const signatures = await texts.evaluate((all) => [...new Set(all.values())]);
    const unknown = isComplete ? signatures : signatures.filter((one) => one === null || !passed.has(one));
    if (unknown.length === 0) return [];
    const measured = await texts.evaluate(measure, unknown);
    for (const signature of measured.passed) passed.add(signature);
    return measured.violations;
  } finally {
    await texts.dispose();
  }
}

/** The backgrounds behind an element down to the first opaque one, and whose that is. */
interface Behind {
  readonly layers: string;
  readonly opaque: Element | null;
}

/** Runs in the page. Returns the elements that hold text, each with its signature. */
function signTexts(part: string | null): Map<Element, string | null> {
  const isRoot = (element: Element): boolean => element === document.documentElement || element === document.body;
  const isTransparent = (colour: string): boolean => /^(transparent|rgba\(.*, 0\)|.*\/ 0\))$/.test(colour);
  const isOpaque = (colour: string): boolean => !/^(transparent|rgba\(.*|.*\/.*)$/.test(colour);
  const known = new Map<Element | null, Behind>([[null, { layers: "", opaque: null }]]);
  const behind = (element: Element | null): Behind => {
    const found = known.get(element);
    if (found !== undefined || element === null) return found ?? { layers: "", opaque: null };
    const { backgroundColor, backgroundImage, opacity, filter, mixBlendMode } = getComputedStyle(element);
    const layer = [backgroundColor, backgroundImage, opacity, filter, mixBlendMode].join(" ");
    const further = behind(element.parentElement);
    const result = isOpaque(backgroundColor)
      ? { layers: layer, opaque: isFaded(element) ? null : element }
      : { layers: `${layer}; ${further.layers}`, opaque: further.opaque };
    known.set(element, result);
    return result;
  };
  const isFaded = (element: Element | null): boolean =>
    element !== null && (getComputedStyle(element).opacity !== "1" || isFaded(element.parentElement));

  const all = [...document.querySelectorAll("*")];
  const painted = all.filter((element) => {
    const { backgroundColor, backgroundImage } = getComputedStyle(element);
    return !isRoot(element) && (backgroundImage !== "none" || !isTransparent(backgroundColor));
  });
  const isOverlapped = (text: Element, opaque: Element): boolean => {
    const box = text.getBoundingClientRect();
    return painted.some((other) => {
      if (other.contains(text) || text.contains(other) || !opaque.contains(other)) return false;
      const { left, right, top, bottom } = other.getBoundingClientRect();
      return left < box.right && right > box.left && top < box.bottom && bottom > box.top;
    });
  };
  const isInside = (text: Element, opaque: Element): boolean => {
    if (isRoot(opaque)) return true;
    const [inner, outer] = [text.getBoundingClientRect(), opaque.getBoundingClientRect()];
    const sides = [
      inner.left - outer.left,
      inner.top - outer.top,
      outer.right - inner.right,
      outer.bottom - inner.bottom,
    ];
    return sides.every((distance) => distance >= -1);
  };
  const signatureOf = (element: Element): string | null => {
    const { layers, opaque } = behind(element);
    if (opaque === null || !isInside(element, opaque) || isOverlapped(element, opaque)) return null;
    const style = getComputedStyle(element);
    const { color, fontSize, fontWeight, textShadow, webkitTextFillColor: fill } = style;
    return [color, fill, style.webkitTextStroke, textShadow, fontSize, fontWeight, layers].join(" | ");
  };
  const holdsText = (element: Element): boolean =>
    element.matches("input, select, textarea") ||
    [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && (node.nodeValue ?? "").trim() !== "");
  const isInPart = (element: Element): boolean => part === null || element.closest(part) !== null;
  const texts = all.filter((element) => isInPart(element) && holdsText(element));
  return new Map(texts.map((element) => [element, signatureOf(element)]));
}

/** Runs in the page. Has axe measure the texts of these signatures. */
async function measure(texts: Map<Element, string | null>, unknown: readonly (string | null)[]): Promise<Measured> {
  interface Node {
    readonly element: Element;
    readonly html: string;
    readonly failureSummary?: string;
    readonly any: readonly { readonly data: { readonly contrastRatio?: number } | null }[];
  }
  interface Results {
    readonly violations: readonly { readonly nodes: readonly Node[] }[];
    readonly passes: readonly { readonly nodes: readonly Node[] }[];
  }
  const { axe } = window as unknown as { readonly axe: { run(context: object, options: object): Promise<Results> } };
  const include = [...texts.keys()].filter((element) => unknown.includes(texts.get(element) ?? null));
  const { violations, passes } = await axe.run(
    { include },
    {
      runOnly: { type: "rule", values: ["color-contrast"] },
      resultTypes: ["violations", "passes"],
      elementRef: true,
      selectors: false,
    },
  );
  // A text that nobody can see passes without having been measured.
  const measured = passes
    .flatMap(({ nodes }) => nodes)
    .filter(({ any }) => any.some(({ data }) => typeof data?.contrastRatio === "number"));
  return {
    violations: violations
      .flatMap(({ nodes }) => nodes)
      .map(({ html, failureSummary }) => `color-contrast: ${html}\n${failureSummary ?? ""}`),
    passed: measured.flatMap(({ element }) => texts.get(element) ?? []),
  };
}
