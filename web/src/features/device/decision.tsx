// One open login: the device that requests it, the form for its token, the decision, and the result.
import { readableAddress } from "@mintmark/core";
import { useSession } from "../../session/use-session.ts";
import { TermLine } from "../../ui/facts.tsx";
import { Link } from "@tanstack/react-router";
import { CircleCheck, CircleSlash, Hourglass } from "lucide-react";
import { type ReactElement, type ReactNode, useEffect, useRef, useState } from "react";
import { approveDevice, denyDevice } from "../../api/device.ts";
import type { DeviceDecision, DeviceLogin } from "../../api/types.ts";
import { TokenForm } from "../../credential/token-form.tsx";
import { Button, buttonClass } from "../../ui/button.tsx";
import { Callout, ProblemCallout } from "../../ui/callout.tsx";
import { Coin } from "../../ui/mark.tsx";
import { Panel } from "../../ui/page.tsx";
import { Time, useNow } from "../../ui/time-view.tsx";
import { useAction } from "../../ui/use-action.ts";
import { tokenNameFor } from "./hand-over.ts";

interface DecisionProps {
  readonly login: DeviceLogin;
  /** Where the login was requested, in words. */
  readonly from: ReactNode;
  /** The text after the approval. */
  readonly doneText: string;
  /** Sends the decision to the command. Returns the address, in case the browser did not open it. */
  readonly handOver?: (decision: DeviceDecision) => string | null;
  /** Returns to the form for another code. */
  readonly onAgain?: () => void;
}

interface Outcome {
  readonly kind: "approved" | "denied";
  readonly address: string | null;
}

export function Decision({ login, from, doneText, handOver, onAgain }: DecisionProps): ReactElement {
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const isOver = useNow() >= Date.parse(login.expiresAt);
  const denial = useAction();
  const settle = (kind: Outcome["kind"], decision: DeviceDecision): void =>
    setOutcome({ kind, address: handOver?.(decision) ?? null });
  if (outcome?.kind === "approved") return <Approved address={outcome.address} text={doneText} />;
  if (outcome?.kind === "denied") return <Denied />;
  if (isOver) return <Over onAgain={onAgain} />;
  return (
    <div className="grid gap-7">
      <LoginFacts login={login} from={from} takesFocus={onAgain !== undefined} />
      <Callout tone="warning" title="Did you start this yourself, just now?" className="max-w-[42rem]">
        Approve only a login that you started on your own machine. An attacker may have sent you here to get a token
        that acts as you. The device chose the name above itself.
      </Callout>
      <section className="grid gap-5" aria-labelledby="token-heading">
        <h2 id="token-heading" className="text-base font-semibold">
          The token it gets
        </h2>
        {denial.problem && <ProblemCallout problem={denial.problem} />}
        <TokenForm
          prefill={{ name: tokenNameFor(login.deviceName) }}
          submitLabel="Approve"
          send={async (token) => settle("approved", await approveDevice(login.id, token))}
          cancel={
            <Button
              busy={denial.pending}
              onClick={() => void denial.run(async () => settle("denied", await denyDevice(login.id)))}
            >
              Deny
            </Button>
          }
        />
      </section>
    </div>
  );
}

interface LoginFactsProps extends Pick<DecisionProps, "login" | "from"> {
  /** Whether it replaces the form that had the focus. */
  readonly takesFocus: boolean;
}

function LoginFacts({ login, from, takesFocus }: LoginFactsProps): ReactElement {
  const heading = useRef<HTMLHeadingElement>(null);
  const { user } = useSession();
  useEffect(() => {
    if (takesFocus) heading.current?.focus({ preventScroll: true });
  }, [takesFocus]);
  return (
    <Panel className="max-w-[42rem] overflow-hidden">
      <div className="reeded h-1" aria-hidden="true" />
      <div className="grid gap-3 px-5 py-4 sm:px-6">
        <h2 ref={heading} tabIndex={-1} className="text-base font-semibold">
          A terminal requests a token to act as you
        </h2>
        <dl className="grid gap-2">
          <TermLine term="Calls itself">
            <bdi className="font-medium">{login.deviceName}</bdi> <span className="text-soft">(unverified)</span>
          </TermLine>
          <TermLine term="From">{from}</TermLine>
          <TermLine term="Acts as">
            <bdi className="font-medium">{user.name}</bdi>{" "}
            <span className="text-soft">{readableAddress(user.email)}</span>
          </TermLine>
          <TermLine term="Requested">
            <Time at={login.requestedAt} />
          </TermLine>
          <TermLine term="Open until">
            <Time at={login.expiresAt} as="date-time" />
          </TermLine>
        </dl>
      </div>
    </Panel>
  );
}

function Approved({ address, text }: { readonly address: string | null; readonly text: string }): ReactElement {
  return (
    <End icon={<CircleCheck />} title="Approved">
      <p>{text}</p>
      <div className="mt-4 flex flex-wrap justify-center gap-2">
        {address !== null && (
          <a href={address} className={buttonClass("primary")}>
            Return to the terminal
          </a>
        )}
        <Link to="/settings/tokens" className={buttonClass()}>
          Your tokens
        </Link>
      </div>
    </End>
  );
}

function Denied(): ReactElement {
  return (
    <End icon={<CircleSlash />} title="Denied">
      <p>No token was minted, and the terminal was notified. You can close this page.</p>
    </End>
  );
}

function Over({ onAgain }: { readonly onAgain: (() => void) | undefined }): ReactElement {
  return (
    <End icon={<Hourglass />} title="This login has expired">
      <p>Nobody approved it within ten minutes. Start it again in the terminal.</p>
      {onAgain && (
        <Button className="mt-4" onClick={onAgain}>
          Type another code
        </Button>
      )}
    </End>
  );
}

interface EndProps {
  readonly icon: ReactElement;
  readonly title: string;
  readonly children: ReactNode;
}

/** The result. It replaces the element with the focus, so it takes the focus. */
function End({ icon, title, children }: EndProps): ReactElement {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <Panel className="grid max-w-[42rem] justify-items-center gap-4 px-6 py-12 text-center">
      <Coin>{icon}</Coin>
      <div className="grid justify-items-center gap-1">
        <h2 ref={heading} tabIndex={-1} className="text-[0.9375rem] font-semibold">
          {title}
        </h2>
        <div className="max-w-[46ch] text-soft">{children}</div>
      </div>
    </Panel>
  );
}
