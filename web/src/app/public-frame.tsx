// The frame of the pages that need no session: the mark above a narrow column.
import { Link, Outlet } from "@tanstack/react-router";
import type { ReactElement, ReactNode } from "react";
import { Mark } from "../ui/mark.tsx";
import { OfflineBar } from "./offline-bar.tsx";
import { ThemeMenu } from "./theme-menu.tsx";

export function PublicFrame(): ReactElement {
  return (
    <BareFrame>
      <Outlet />
    </BareFrame>
  );
}

/** Also around errors and unknown addresses, which must draw without any data. */
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
