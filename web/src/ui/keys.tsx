import type { ReactElement } from "react";

/** Keys to press, one after the other or together. */
export function Keys({
  keys,
  together = false,
}: {
  readonly keys: readonly string[];
  readonly together?: boolean;
}): ReactElement {
  return (
    <span className="inline-flex shrink-0 items-center gap-1 text-xs text-soft">
      {keys.map((key, index) => (
        <span key={index} className="inline-flex items-center gap-1">
          {index > 0 && <span className={together ? "sr-only" : ""}>{together ? "and" : "then"}</span>}
          <kbd className="grid h-5 min-w-5 place-items-center rounded border border-line bg-sunken px-1 font-sans text-[0.6875rem] leading-none font-medium text-soft">
            {key}
          </kbd>
        </span>
      ))}
    </span>
  );
}
