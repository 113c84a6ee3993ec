// Whether something has been typed into a form that is still on the page and would be lost with it.

const edited = new Set<HTMLFormElement>();

/** Notes in which forms people type. Returns what stops it. */
export function watchInput(): () => void {
  document.addEventListener("input", note, { capture: true });
  return () => document.removeEventListener("input", note, { capture: true });
}

export function hasUnsavedInput(): boolean {
  for (const form of edited) if (!form.isConnected) edited.delete(form);
  return edited.size > 0;
}

function note({ target }: Event): void {
  // What filters a list is in the address, or typed again in a moment.
  if (!(target instanceof HTMLElement) || target.matches("[type=search], [role=search] *")) return;
  const form = target.closest("form");
  if (form !== null) edited.add(form);
}
