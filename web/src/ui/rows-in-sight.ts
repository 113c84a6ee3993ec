// The rows of a long list that are near the screen. Rule: the first and the last row are always drawn, and so is the row
// that had the focus last, with its neighbors. The Tab key, menus and dialogs then work as in a list that is drawn
// whole. Paper gets every row.
import { defaultRangeExtractor, type Range, useWindowVirtualizer, type VirtualItem } from "@tanstack/react-virtual";
import { type RefObject, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { flushSync } from "react-dom";

/** A list of fewer rows is drawn whole. */
const LONG = 40;
/** The rows that are drawn above and below the screen. */
const OVERSCAN = 4;
/** About the height of a row, before any is measured. */
const ROW_PX = 80;

interface Measured {
  readonly heights: VirtualItem[];
  /** The height that rows are taken to have before they are drawn. */
  readonly usual: number;
}

/** The last measurements of each list, by its label, so that going back finds the same place. */
const measuredBefore = new Map<string, Measured>();

interface DrawnRow {
  readonly index: number;
  /** The height of the rows between this one and the drawn one before it. */
  readonly above: number;
}

interface RowsInSight {
  readonly drawn: readonly DrawnRow[];
  /** The height of the rows after the last drawn one. */
  readonly below: number;
  /** Measures the element of a row. `null` for a list that is drawn whole. */
  readonly measure: ((row: Element | null) => void) | null;
}

/** Which rows of a list to draw, by their keys, and how much space stands for the others. */
export function useRowsInSight(
  label: string,
  keys: readonly string[],
  list: RefObject<HTMLElement | null>,
  lastFocused: string | null,
): RowsInSight {
  const isLong = keys.length >= LONG;
  const isPrinting = usePrinting();
  const [top, setTop] = useState(0);
  const [before] = useState(() => measuredBefore.get(label));
  const usual = useRef(before?.usual);
  // oxlint-disable-next-line react/incompatible-library -- No compiler memoizes what this returns.
  const virtual = useWindowVirtualizer<Element>({
    enabled: isLong,
    count: keys.length,
    getItemKey: useMemo(() => (index: number) => keys[index] ?? index, [keys]),
    estimateSize: () => usual.current ?? ROW_PX,
    overscan: OVERSCAN,
    scrollMargin: top,
    initialRect: { width: window.innerWidth, height: window.innerHeight },
    initialMeasurementsCache: before?.heights ?? [],
    rangeExtractor: (range) => withRowsThatStay(range, keys.indexOf(lastFocused ?? "")),
  });
  useLayoutEffect(() => {
    if (!isLong) return undefined;
    // The height of the page changes with the height of whatever is above the list.
    const observer = new ResizeObserver(() => {
      if (list.current !== null) setTop(Math.round(list.current.getBoundingClientRect().top + window.scrollY));
      usual.current ??= mean([...virtual.itemSizeCache.values()]);
    });
    observer.observe(document.body);
    return () => observer.disconnect();
  }, [isLong, list, virtual]);
  useEffect(
    () => () => {
      if (usual.current !== undefined) {
        measuredBefore.set(label, { heights: virtual.takeSnapshot(), usual: usual.current });
      }
    },
    [label, virtual],
  );

  if (!isLong || isPrinting)
    return { drawn: keys.map((_key, index) => ({ index, above: 0 })), below: 0, measure: null };
  const items = virtual.getVirtualItems();
  return {
    drawn: items.map(({ index, start }, place) => ({ index, above: start - (items[place - 1]?.end ?? top) })),
    below: virtual.getTotalSize() + top - (items.at(-1)?.end ?? top),
    measure: virtual.measureElement,
  };
}

/** The rows in sight, and those that are always drawn, in their order. `focused` is -1 if no row had the focus. */
function withRowsThatStay(range: Range, focused: number): number[] {
  const staying = focused === -1 ? [] : [focused - 1, focused, focused + 1];
  const all = new Set([0, range.count - 1, ...staying, ...defaultRangeExtractor(range)]);
  return [...all].filter((index) => index >= 0 && index < range.count).sort((one, other) => one - other);
}

function mean(heights: readonly number[]): number | undefined {
  return heights.length === 0 ? undefined : heights.reduce((sum, height) => sum + height, 0) / heights.length;
}

/** Whether the page is being printed. The browser takes what is drawn when `beforeprint` returns. */
function usePrinting(): boolean {
  const [isPrinting, setPrinting] = useState(false);
  useEffect(() => {
    const begin = (): void => flushSync(() => setPrinting(true));
    const end = (): void => setPrinting(false);
    window.addEventListener("beforeprint", begin);
    window.addEventListener("afterprint", end);
    return () => {
      window.removeEventListener("beforeprint", begin);
      window.removeEventListener("afterprint", end);
    };
  }, []);
  return isPrinting;
}
