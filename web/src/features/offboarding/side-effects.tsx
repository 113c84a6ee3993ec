import type { ReactElement, ReactNode } from "react";
import type { OffboardingPreview } from "../../api/types.ts";
import { countOf, invitationsText } from "./offboarding-text.ts";

/** What else it ends, and what it does not touch. */
export function SideEffects({ preview }: { readonly preview: OffboardingPreview }): ReactElement {
  const { invitations, sessions, member, mode } = preview;
  const { name } = member.user;
  return (
    <section aria-labelledby="effects-heading" className="grid gap-2">
      <h2 id="effects-heading" className="text-[0.9375rem] font-semibold">
        Besides
      </h2>
      <ul className="grid list-disc gap-1 pl-5 text-soft">
        <Effect>
          {invitationsText(preview)}
          {invitations.items !== null && invitations.items.length > 0 && (
            <>
              : <bdi>{invitations.items.map(({ email }) => email).join(", ")}</bdi>.
            </>
          )}
        </Effect>
        {mode === "remove" && (
          <Effect>
            {sessions === 0
              ? "No browser session of theirs is active here."
              : `${countOf(sessions, "browser session")} of theirs ${sessions === 1 ? "moves" : "move"} to their personal organization.`}
          </Effect>
        )}
        {mode === "suspend" && (
          <Effect>
            <bdi>{name}</bdi> can do nothing here until reinstated, and keeps the role {member.role}.
          </Effect>
        )}
        <Effect>
          Tokens of <bdi>{name}</bdi> in other organizations are not touched.
        </Effect>
      </ul>
    </section>
  );
}

function Effect({ children }: { readonly children: ReactNode }): ReactElement {
  return <li className="wrap-anywhere">{children}</li>;
}
