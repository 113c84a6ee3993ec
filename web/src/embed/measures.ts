// What the framed page measures: its height, for the element around it, and which part of it is in sight.

/** Reports the height of the content now and whenever it changes. */
export function followHeight(content: Element, report: (height: number) => void): void {
  new ResizeObserver(() => report(content.getBoundingClientRect().height)).observe(content);
}

const STEPS = 50;

/**
 * Keeps `--sight-start`, the place in this page where the part in sight begins. A frame as high as its content never
 * scrolls by itself, so the edges of its window may be far away.
 */
export function followSight(): void {
  const { documentElement } = document;
  const threshold = Array.from({ length: STEPS + 1 }, (_, step) => step / STEPS);
  const observer = new IntersectionObserver(
    (entries) => {
      const seen = entries.at(-1)?.intersectionRect;
      if (seen !== undefined && seen.height > 0) documentElement.style.setProperty("--sight-start", `${seen.top}px`);
    },
    { threshold },
  );
  observer.observe(documentElement);
}
