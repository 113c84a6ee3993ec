import type { ReactElement } from "react";

export function SkipLink(): ReactElement {
  return (
    <a
      href="#content"
      onClick={(event) => {
        event.preventDefault();
        document.getElementById("content")?.focus();
      }}
      className="fixed top-2 left-2 z-50 -translate-y-20 rounded-control bg-mint px-3 py-2 font-medium text-on-mint focus:translate-y-0"
    >
      Skip to content
    </a>
  );
}
