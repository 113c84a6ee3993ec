// The frame of every page: the title of the tab, the heading, and the focus after a navigation.
import { Link } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import { type ReactElement, type ReactNode, type RefObject, useEffect, useRef } from "react";
import { classNames } from "./class-names.ts";

interface PageProps {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly action?: ReactNode;
  /** Content above the heading, such as a link back. */
  readonly before?: ReactNode;
  readonly children: ReactNode;
}

// The first page of a visit does not move the focus. Every later page moves it to its heading.
let visited = false;

/** The heading of a page, which gets the focus when a person arrives from another page. */
export function useArrivalFocus(): RefObject<HTMLHeadingElement | null> {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (visited) heading.current?.focus({ preventScroll: true });
    visited = true;
  }, []);
  return heading;
}

export function Page({ title, lead, action, before, children }: PageProps): ReactElement {
  const heading = useArrivalFocus();
  useEffect(() => {
    document.title = pageTitle(title);
  }, [title]);
  return (
    <div className="grid gap-6">
      <header className="grid gap-3">
        {before}
        <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
          <div className="grid min-w-0 gap-1.5">
            <h1
              ref={heading}
              tabIndex={-1}
              className="text-[1.375rem] leading-7 font-semibold tracking-[-0.014em] wrap-anywhere"
            >
              {title}
            </h1>
            {lead && <p className="max-w-[62ch] text-soft">{lead}</p>}
          </div>
          {action && <div className="flex flex-wrap gap-2">{action}</div>}
        </div>
      </header>
      {children}
    </div>
  );
}

interface SectionProps {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly danger?: boolean;
  readonly children: ReactNode;
}

/** One topic of a settings page, with its title on the left and its controls on the right. */
export function Section({ title, lead, danger = false, children }: SectionProps): ReactElement {
  return (
    <section className="grid gap-x-10 gap-y-4 border-t border-line pt-6 pb-2 xl:grid-cols-[15rem_minmax(0,1fr)]">
      <div className="grid content-start gap-1">
        <h2 className={classNames("text-[0.9375rem] font-semibold", danger && "text-rust")}>{title}</h2>
        {lead && <p className="max-w-[62ch] text-soft">{lead}</p>}
      </div>
      <div className="min-w-0 max-w-[38rem]">{children}</div>
    </section>
  );
}

export function Panel({
  className,
  children,
}: {
  readonly className?: string;
  readonly children: ReactNode;
}): ReactElement {
  return <div className={classNames("rounded-panel border border-line bg-surface", className)}>{children}</div>;
}

/** The title of the tab. The page comes first, since tabs are narrow. */
function pageTitle(page: string): string {
  return `${page} · Mintmark`;
}

interface BackLinkProps {
  readonly to:
    | "/settings/tokens"
    | "/organization/members"
    | "/organization/tokens"
    | "/organization/api-keys"
    | "/admin/users"
    | "/admin/webhooks"
    | "/admin/organizations";
  readonly children: string;
}

/** A link from the page of a thing back to its list. */
export function BackLink({ to, children }: BackLinkProps): ReactElement {
  return (
    <Link
      to={to}
      className="inline-flex items-center gap-1.5 justify-self-start rounded-control text-[0.8125rem] text-soft hover:text-ink print:hidden"
    >
      <ArrowLeft className="size-3.5" aria-hidden="true" />
      {children}
    </Link>
  );
}

/** Focuses the heading of the page. Call it when the element with the focus disappears. */
export function focusHeading(): void {
  document.querySelector<HTMLElement>("h1")?.focus({ preventScroll: true });
}
