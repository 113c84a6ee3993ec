// The look of the pages on which a person arrives: one column, one thing to do.
import type { ReactElement, ReactNode } from "react";
import { Page, Panel } from "../../ui/page.tsx";

interface WelcomeProps {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly children: ReactNode;
  /** Below the panel: the way to another page. */
  readonly after?: ReactNode;
}

export function Welcome({ title, lead, children, after }: WelcomeProps): ReactElement {
  return (
    <Page title={title} lead={lead}>
      <Panel className="p-5 sm:p-6">{children}</Panel>
      {after && <div className="text-center text-balance text-soft">{after}</div>}
    </Page>
  );
}

export const LINK_CLASS: string =
  "font-medium text-mint underline decoration-mint-line underline-offset-3 hover:decoration-mint";
