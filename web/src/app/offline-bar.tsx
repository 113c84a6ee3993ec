import { CloudOff } from "lucide-react";
import { type ReactElement, useSyncExternalStore } from "react";

/** Says that the browser is offline. Over the page, so that nothing moves when it comes and goes. */
export function OfflineBar(): ReactElement {
  const online = useSyncExternalStore(subscribe, () => navigator.onLine);
  return (
    <output className="fixed inset-x-0 bottom-0 z-40 block print:hidden">
      {!online && (
        <span className="flex items-center justify-center gap-2 border-t border-brass-line bg-brass-wash px-4 py-2 text-[0.8125rem]">
          <CloudOff className="size-4 shrink-0 text-brass" aria-hidden="true" />
          You are offline. What you see may be old, and nothing can be saved until you are back.
        </span>
      )}
    </output>
  );
}

function subscribe(listener: () => void): () => void {
  window.addEventListener("online", listener);
  window.addEventListener("offline", listener);
  return () => {
    window.removeEventListener("online", listener);
    window.removeEventListener("offline", listener);
  };
}
