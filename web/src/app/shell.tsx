// The frame of the signed-in pages: the header, the navigation and the page.
import { readableAddress } from "@mintmark/core";
import { Dialog as BaseDialog } from "@base-ui/react/dialog";
import { Link, Outlet, useLocation, useNavigate } from "@tanstack/react-router";
import {
  BookOpen,
  Building2,
  Fingerprint,
  Keyboard,
  LogOut,
  Menu as MenuIcon,
  MonitorSmartphone,
  UserRound,
  X,
} from "lucide-react";
import { type ReactElement, type ReactNode, useState } from "react";
import { ReauthenticationProvider } from "../session/reauthentication.tsx";
import { HostLink } from "../session/host.tsx";
import { useInstance, useSession } from "../session/use-session.ts";
import { IconButton } from "../ui/button.tsx";
import { Mark } from "../ui/mark.tsx";
import { Menu, MenuItem, MenuSeparator } from "../ui/menu.tsx";
import { Page } from "../ui/page.tsx";
import { Bar, EmptyState, LoadingRows } from "../ui/placeholder.tsx";
import { openDocumentation, useSignOut } from "./frame-actions.ts";
import { needsOrganization } from "./navigation.ts";
import { KeyboardProvider, PaletteButton, useOverlay } from "./keyboard/keyboard.tsx";
import { LimitedFrame } from "./limited-frame.tsx";
import { NoticeBell } from "./notice-bell.tsx";
import { OrganizationMenu } from "./organization-menu.tsx";
import { OfflineBar } from "./public-frame.tsx";
import { SessionEnd } from "./session-end.tsx";
import { SkipLink } from "./skip-link.tsx";
import { SideNavigation } from "./side-navigation.tsx";
import { ThemeMenu } from "./theme-menu.tsx";

const HEADER = "print:hidden sticky top-0 z-30 border-b border-line bg-canvas/92 backdrop-blur-sm";
const HEADER_ROW = "mx-auto flex h-14 max-w-[78rem] items-center gap-1 px-3 sm:px-5";
const BODY = "mx-auto grid max-w-[78rem] lg:not-print:grid-cols-[15.5rem_minmax(0,1fr)]";
// Below the header's row and its border.
const SIDE =
  "sticky top-[calc(3.5rem+1px)] hidden max-h-[calc(100dvh-3.5rem-1px)] self-start overflow-y-auto px-3 py-6 lg:not-print:block";
const MAIN = "min-w-0 px-4 pt-7 pb-24 sm:px-6 lg:px-8";

export function Shell(): ReactElement {
  const { organization } = useSession();
  const { pathname } = useLocation();
  return (
    <ShellFrame>{organization === null && needsOrganization(pathname) ? <NoOrganization /> : <Outlet />}</ShellFrame>
  );
}

/** The page instead of one that shows an organization, for a person who is in none. */
function NoOrganization(): ReactElement {
  const { host } = useInstance();
  return (
    <Page title="You are in no organization">
      <EmptyState icon={<Building2 />} title="Tokens belong to an organization">
        {host === null ? (
          <p>Ask an owner or admin of an organization to invite you.</p>
        ) : (
          <p>
            <HostLink host={host} /> decides who is a member of which organization.
          </p>
        )}
      </EmptyState>
    </Page>
  );
}

export function ShellFrame({ children }: { readonly children: ReactNode }): ReactElement {
  const { handOff } = useSession();
  if (handOff !== null) {
    return (
      <ReauthenticationProvider>
        <LimitedFrame>{children}</LimitedFrame>
        <SessionEnd />
      </ReauthenticationProvider>
    );
  }
  return (
    <ReauthenticationProvider>
      <KeyboardProvider>
        <SkipLink />
        <header className={HEADER}>
          <div className={HEADER_ROW}>
            <HomeLink />
            <OrganizationMenu />
            <div className="ml-auto flex shrink-0 items-center gap-0.5">
              <PaletteButton />
              <NoticeBell />
              {/* On a phone, the name of the organization needs the room. The command palette has the themes too. */}
              <div className="hidden sm:block">
                <ThemeMenu />
              </div>
              <UserMenu />
              <NavigationDrawer />
            </div>
          </div>
        </header>
        <div className={BODY}>
          <div className={SIDE}>
            <SideNavigation />
          </div>
          <main id="content" tabIndex={-1} className={MAIN}>
            {children}
          </main>
        </div>
        <OfflineBar />
        <SessionEnd />
      </KeyboardProvider>
    </ReauthenticationProvider>
  );
}

function HomeLink(): ReactElement {
  return (
    <Link
      to="/settings/tokens"
      aria-label="Mintmark: your tokens"
      className="flex h-9 shrink-0 items-center gap-2.5 rounded-control px-2 text-[0.9375rem] font-semibold tracking-[-0.01em]"
    >
      <Mark className="size-7" />
      <span className="hidden sm:inline">Mintmark</span>
    </Link>
  );
}

function UserMenu(): ReactElement {
  const { user } = useSession();
  const overlay = useOverlay();
  const signOut = useSignOut();
  const navigate = useNavigate();
  return (
    <Menu
      button={
        <IconButton label={`Account: ${user.name}`}>
          <span
            aria-hidden="true"
            className="grid size-7 place-items-center rounded-full border border-mint-line bg-mint-wash text-xs font-semibold text-mint uppercase"
          >
            {[...user.name][0]}
          </span>
        </IconButton>
      }
      heading={
        <div className="mb-1 border-b border-line px-2 pt-1.5 pb-2">
          <p className="truncate font-medium">
            <bdi>{user.name}</bdi>
          </p>
          <p className="truncate text-[0.8125rem] text-soft">{readableAddress(user.email)}</p>
        </div>
      }
    >
      <MenuItem icon={<Fingerprint aria-hidden="true" />} onSelect={() => void navigate({ to: "/settings/tokens" })}>
        Personal access tokens
      </MenuItem>
      <MenuItem icon={<UserRound aria-hidden="true" />} onSelect={() => void navigate({ to: "/settings/profile" })}>
        Profile
      </MenuItem>
      <MenuItem
        icon={<MonitorSmartphone aria-hidden="true" />}
        onSelect={() => void navigate({ to: "/settings/sessions" })}
      >
        Sessions
      </MenuItem>
      <MenuItem icon={<Keyboard aria-hidden="true" />} onSelect={() => overlay("shortcuts")}>
        Keyboard shortcuts
      </MenuItem>
      <MenuItem icon={<BookOpen aria-hidden="true" />} onSelect={openDocumentation}>
        Documentation
      </MenuItem>
      <MenuSeparator />
      <MenuItem icon={<LogOut aria-hidden="true" />} onSelect={() => void signOut()}>
        Sign out
      </MenuItem>
    </Menu>
  );
}

/** The side bar on a narrow screen. */
function NavigationDrawer(): ReactElement {
  const [open, setOpen] = useState(false);
  return (
    <BaseDialog.Root open={open} onOpenChange={setOpen}>
      <BaseDialog.Trigger
        render={
          <IconButton label="Menu" className="lg:hidden">
            <MenuIcon aria-hidden="true" />
          </IconButton>
        }
      />
      <BaseDialog.Portal>
        <BaseDialog.Backdrop
          data-veil=""
          className="fixed inset-0 z-40 bg-veil transition-opacity duration-150 data-ending-style:opacity-0 data-starting-style:opacity-0 lg:hidden"
        />
        <BaseDialog.Popup className="fixed inset-y-0 right-0 z-40 w-[min(19rem,88vw)] overflow-y-auto border-l border-line bg-raised p-3 shadow-float transition-[translate] duration-200 outline-none data-ending-style:translate-x-full data-starting-style:translate-x-full lg:hidden">
          <div className="mb-2 flex items-center justify-between pl-2.5">
            <BaseDialog.Title className="font-semibold">Settings</BaseDialog.Title>
            <BaseDialog.Close
              render={
                <IconButton label="Close">
                  <X aria-hidden="true" />
                </IconButton>
              }
            />
          </div>
          <SideNavigation onNavigate={() => setOpen(false)} />
        </BaseDialog.Popup>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  );
}

/** The shell while the session loads. Every part is in its place, so that nothing moves. */
export function ShellSkeleton(): ReactElement {
  return (
    <>
      <div className={HEADER}>
        <div className={HEADER_ROW}>
          <span className="flex items-center gap-2.5 px-2 text-[0.9375rem] font-semibold tracking-[-0.01em]">
            <Mark className="size-7" />
            <span className="hidden sm:inline">Mintmark</span>
          </span>
        </div>
      </div>
      <div className={BODY}>
        <div className={SIDE}>
          <div className="grid gap-4 px-2.5 pt-1" aria-hidden="true">
            <Bar className="w-20" />
            <Bar className="w-36" />
            <Bar className="w-28" />
            <Bar className="w-32" />
          </div>
        </div>
        <main className={MAIN}>
          <PageSkeleton />
        </main>
      </div>
    </>
  );
}

/** A page while its code loads. */
export function PageSkeleton(): ReactElement {
  return (
    <div className="grid gap-6">
      <div className="grid gap-3" aria-hidden="true">
        <Bar className="h-6 w-56" />
        <Bar className="w-80 max-w-full" />
      </div>
      <LoadingRows />
    </div>
  );
}
