/** For when a button or a row goes, and the focus with it: the focus moves on to the heading of the page. */
export function focusHeading(): void {
  document.querySelector<HTMLElement>("h1")?.focus({ preventScroll: true });
}
