// Protects the buttons of the framed page that change something. A page around a frame can lay something over it, so that
// people click what they do not see. Rule: a click by a pointer counts only if the whole button, and the dialog around it,
// has been in sight and uncovered for a moment. Where the browser does not tell what is covered (IntersectionObserver v2:
// Chromium does, Firefox and Safari do not), they must at least have been in sight.
// A click by the keyboard always counts: what lies over the frame takes no keys from it, and a dialog begins at the button
// that changes nothing.

/** The buttons that act: those that stand out. */
const ACTING = 'button[data-kind="primary"], button[data-kind="danger"]';
/** A dialog, which must be seen with its buttons. */
const QUESTION = "[data-question]";

/** How long it must have been in sight: longer than a click takes that was meant for something else there. */
const SETTLED_MS = 400;
/** The least that browsers accept, and how late they may report. */
const DELAY_MS = 100;

interface SeenEntry extends IntersectionObserverEntry {
  /** Absent where the browser does not know. */
  readonly isVisible?: boolean;
}

/** How much of it: the rest may be the fraction of a pixel. */
const WHOLE = 0.98;

/** Starts to protect the buttons. `onRefused` is called for a click that did not count. Returns a function that stops it. */
export function refuseCoveredClicks(onRefused: () => void): () => void {
  const seenSince = new Map<Element, number>();
  const options = { threshold: WHOLE, trackVisibility: true, delay: DELAY_MS };
  const observer = new IntersectionObserver((entries: SeenEntry[]) => {
    for (const { target, intersectionRatio, isVisible, time } of entries)
      if (intersectionRatio >= WHOLE && isVisible !== false) seenSince.set(target, seenSince.get(target) ?? time);
      else seenSince.delete(target);
  }, options);
  const watched = new Set<Element>();
  const watch = (): void => {
    for (const element of watched)
      if (!element.isConnected) {
        watched.delete(element);
        seenSince.delete(element);
        observer.unobserve(element);
      }
    for (const button of document.querySelectorAll(ACTING)) {
      const element = button.closest(QUESTION) ?? button;
      if (watched.has(element)) continue;
      watched.add(element);
      observer.observe(element);
    }
  };
  const judge = (event: MouseEvent): void => {
    const button = event.target instanceof Element ? event.target.closest(ACTING) : null;
    // The keyboard: no click of a pointer has the count 0.
    if (button === null || event.detail === 0) return;
    const since = seenSince.get(button.closest(QUESTION) ?? button);
    if (since !== undefined && event.timeStamp - since >= SETTLED_MS) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    onRefused();
  };
  const changes = new MutationObserver(watch);
  changes.observe(document.body, { childList: true, subtree: true });
  document.addEventListener("click", judge, { capture: true });
  watch();
  return () => {
    changes.disconnect();
    observer.disconnect();
    document.removeEventListener("click", judge, { capture: true });
  };
}
