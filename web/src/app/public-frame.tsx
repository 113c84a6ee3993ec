// The frame of the pages that need no session: the logo above a narrow column.
import { Link, Outlet } from "@tanstack/react-router";
import { CloudOff } from "lucide-react";
import { type ReactElement, type ReactNode, useSyncExternalStore } from "react";
import { Mark } from "../ui/mark.tsx";
import { ThemeMenu } from "./theme-menu.tsx";

export function PublicFrame(): ReactElement {
  return (
    <BareFrame>
      <Outlet />
    </BareFrame>
  );
}

/** Also the frame of errors and unknown addresses, which are drawn without any data. */
export function BareFrame({ children }: { readonly children: ReactNode }): ReactElement {
  return (
    <div className="flex min-h-dvh flex-col">
      <header className="print:hidden flex items-center justify-between px-4 py-3 sm:px-6">
        <Link
          to="/"
          className="flex items-center gap-2.5 rounded-control pr-2 text-[0.9375rem] font-semibold tracking-[-0.01em]"
        >
          <Mark className="size-7" />
          Mintmark
        </Link>
        <div className="flex items-center gap-1">
          <a
            href="/docs"
            className="flex h-9 items-center rounded-control px-2.5 text-soft hover:text-ink hover:underline"
          >
            Documentation
          </a>
          <ThemeMenu />
        </div>
      </header>
      <main className="mx-auto w-full max-w-[26rem] grow px-4 pt-[clamp(1.5rem,9vh,6rem)] pb-16">{children}</main>
      <OfflineBar />
    </div>
  );
}

/** Shows that the browser is offline. It lies over the page, so that nothing moves when it appears. */
export function OfflineBar(): ReactElement {
  const online = useSyncExternalStore(subscribe, () => navigator.onLine);
  return (
    <output className="fixed inset-x-0 bottom-0 z-40 block print:hidden">
      {!online && (
        <span className="flex items-center justify-center gap-2 border-t border-brass-line bg-brass-wash px-4 py-2 text-[0.8125rem]">
          <CloudOff className="size-4 shrink-0 text-brass" aria-hidden="true" />
          You are offline. This page may be out of date, and you cannot save anything until you are online again.
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
