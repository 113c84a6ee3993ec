// The pages on which a person arrives: set-up, sign-in, sign-up, invitation. One column, one thing to do.
// Rule: a code from a link is taken out of the address before anything is drawn (session/link-secret.ts), and
// where to go afterwards is a path of this very site (session/return-to.ts).
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
