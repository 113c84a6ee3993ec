// The frame of a session that a host opened: it shows who acts where, a way back to the host, and no way to a page that the
// session may not open.
import { HAND_OFF_PAGES, readableAddress } from "@mintmark/core";
import { Link } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import type { ReactElement, ReactNode } from "react";
import { useInstance, useSession } from "../session/use-session.ts";
import { buttonClass } from "../ui/button.tsx";
import { Mark } from "../ui/mark.tsx";
import { OfflineBar } from "./public-frame.tsx";
import { SideNavigation } from "./side-navigation.tsx";
import { SkipLink } from "./skip-link.tsx";
import { ThemeMenu } from "./theme-menu.tsx";

export function LimitedFrame({ children }: { readonly children: ReactNode }): ReactElement {
  const { user, organization, handOff } = useSession();
  const { host } = useInstance();
  const back = handOff?.returnUrl ?? host?.url;
  return (
    <>
      <SkipLink />
      <header className="sticky top-0 z-30 border-b border-line bg-canvas/92 backdrop-blur-sm print:hidden">
        <div className="mx-auto flex min-h-14 max-w-[78rem] flex-wrap items-center gap-x-4 gap-y-1 px-3 py-1.5 sm:px-5">
          <Link
            to={HAND_OFF_PAGES.tokens}
            className="flex h-9 items-center gap-2.5 rounded-control px-2 font-semibold tracking-[-0.01em]"
          >
            <Mark className="size-7" />
            <bdi>{host?.name ?? "Mintmark"}</bdi>
          </Link>
          <p className="min-w-0 text-[0.8125rem] text-soft">
            <bdi className="font-medium text-ink" title={readableAddress(user.email)}>
              {user.name}
            </bdi>{" "}
            in <bdi className="font-medium text-ink">{organization?.name}</bdi>
          </p>
          <div className="ml-auto flex items-center gap-1">
            <ThemeMenu />
            {back && (
              <a href={back} className={buttonClass("secondary", "small")}>
                <ArrowLeft aria-hidden="true" />
                <span>
                  Back to <bdi>{host?.name ?? new URL(back).host}</bdi>
                </span>
              </a>
            )}
          </div>
        </div>
      </header>
      <div className="mx-auto grid max-w-[78rem] lg:not-print:grid-cols-[15.5rem_minmax(0,1fr)]">
        <div className="px-3 pt-4 lg:py-6 print:hidden">
          <SideNavigation />
        </div>
        <main id="content" tabIndex={-1} className="min-w-0 px-4 pt-7 pb-24 sm:px-6 lg:px-8">
          {children}
        </main>
      </div>
      <OfflineBar />
    </>
  );
}
