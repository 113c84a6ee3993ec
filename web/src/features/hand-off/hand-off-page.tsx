// The page that opens the link of a hand-off. Its code was removed from the address before anything was drawn
// (link-secret.ts). A browser that another person used here opens the session only after a click: an attacker could send a
// link to the attacker's own account, for a person to work in it.
import { readableAddress } from "@mintmark/core";
import { useSearch } from "@tanstack/react-router";
import { Link2Off } from "lucide-react";
import { type ReactElement, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { findSession, previewHandOff, redeemHandOff } from "../../api/session.ts";
import type { HandOffPreview } from "../../api/types.ts";
import { isExpected } from "../../session/last-person.ts";
import { forgetLinkSecret, heldLinkSecret, subscribeToLinkSecret } from "../../session/link-secret.ts";
import { hostSignIn } from "../../session/return-to.ts";
import { useInstance } from "../../session/use-session.ts";
import { useArrive, Welcome } from "../../session/welcome.tsx";
import { Button, buttonClass } from "../../ui/button.tsx";
import { ProblemCallout } from "../../ui/callout.tsx";
import { TermLine } from "../../ui/facts.tsx";
import { Page } from "../../ui/page.tsx";
import { Bar, EmptyState, Loading } from "../../ui/placeholder.tsx";
import { useAction } from "../../ui/use-action.ts";

export function HandOffPage(): ReactElement {
  const code = useSyncExternalStore(subscribeToLinkSecret, () => heldLinkSecret("/hand-off"));
  return code === null ? <Ended /> : <Opening key={code} code={code} />;
}

/** The person whose session the link opens, and the one who is signed in here. */
interface Question {
  readonly next: HandOffPreview;
  readonly present: string | null;
}

function Opening({ code }: { readonly code: string }): ReactElement {
  const [question, setQuestion] = useState<Question | null>(null);
  const arrive = useArrive();
  const action = useAction();
  const started = useRef(false);
  const open = async (replaceSession: boolean): Promise<void> => {
    const { session, to } = await redeemHandOff(code, replaceSession);
    arrive(session, to);
    forgetLinkSecret();
  };
  useEffect(() => {
    if (started.current) return;
    started.current = true;
    void action.run(async () => {
      const [session, next] = [await findSession(), await previewHandOff(code)];
      if (isExpected(session, next.user.id)) await open(false);
      else setQuestion({ next, present: session?.user.name ?? null });
    });
  });
  if (action.problem?.code === "hand_off_invalid") return <Ended />;
  if (question === null && action.problem === null) return <OpeningSkeleton />;
  return (
    <Welcome title={question === null ? "Your tokens could not be opened" : "Is this you?"}>
      {action.problem && <ProblemCallout problem={action.problem} className="mb-4" />}
      {question !== null && (
        <Ask question={question} busy={action.pending} onAgree={() => void action.run(() => open(true))} />
      )}
    </Welcome>
  );
}

interface AskProps {
  readonly question: Question;
  readonly busy: boolean;
  readonly onAgree: () => void;
}

function Ask({ question: { next, present }, busy, onAgree }: AskProps): ReactElement {
  return (
    <div className="grid gap-4">
      <p>
        {present === null ? (
          "Another person used this browser here before. "
        ) : (
          <>
            You are signed in here as <bdi className="font-medium">{present}</bdi>. That ends if you continue.{" "}
          </>
        )}
        The link opens the tokens of:
      </p>
      <dl className="grid gap-2">
        <TermLine term="Person">
          <bdi className="font-medium">{next.user.name}</bdi>{" "}
          <span className="text-soft">{readableAddress(next.user.email)}</span>
        </TermLine>
        <TermLine term="Organization">
          <bdi className="font-medium">{next.organization.name}</bdi>
        </TermLine>
      </dl>
      <p className="text-soft">Do not continue if you do not know this person: somebody may have sent you the link.</p>
      <div className="flex flex-wrap gap-2">
        <Button kind="primary" busy={busy} onClick={onAgree}>
          Continue as this person
        </Button>
        <a href="/" className={buttonClass()}>
          Cancel
        </a>
      </div>
    </div>
  );
}

/** The link was used or has expired, or the session that it opened has ended. */
function Ended(): ReactElement {
  const { returnTo = "" } = useSearch({ from: "/open/hand-off" });
  const instance = useInstance();
  const { host } = instance;
  const address = hostSignIn(instance, returnTo) ?? host?.url;
  return (
    <Page title={returnTo === "" ? "This link does not work" : "Your session has ended"}>
      <EmptyState
        icon={<Link2Off />}
        title={host === null ? "Go back to where you came from" : "Go back and come here again"}
        action={
          address && (
            <a href={address} className={buttonClass("primary")}>
              <span>
                Continue at <bdi>{host?.name ?? new URL(address).host}</bdi>
              </span>
            </a>
          )
        }
      >
        <p>
          {returnTo === ""
            ? "A link works once, for one minute."
            : "It lasts one hour, or until you leave the organization."}
        </p>
      </EmptyState>
    </Page>
  );
}

function OpeningSkeleton(): ReactElement {
  return (
    <Page title="Opening your tokens">
      <Loading>
        <div className="grid justify-items-center gap-3">
          <Bar className="h-6 w-56" />
          <Bar className="w-72 max-w-full" />
        </div>
      </Loading>
    </Page>
  );
}
