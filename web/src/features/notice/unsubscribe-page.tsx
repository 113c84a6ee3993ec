// Turns off the emails of one kind of notice by the address in the header of such an email. Nothing changes until the
// person presses the button, since scanners of mail open every address.
import { Link, useParams } from "@tanstack/react-router";
import { BellOff, MailX } from "lucide-react";
import { type ReactElement, useState } from "react";
import { unsubscribe } from "../../api/notice.ts";
import type { NoticeKind } from "../../api/types.ts";
import { Button, buttonClass } from "../../ui/button.tsx";
import { ProblemCallout } from "../../ui/callout.tsx";
import { Page } from "../../ui/page.tsx";
import { EmptyState } from "../../ui/placeholder.tsx";
import { useAction } from "../../ui/use-action.ts";
import { KIND_LABELS } from "./notice-text.ts";

const TITLE = "Turn off emails";

export function UnsubscribePage(): ReactElement {
  const { token } = useParams({ from: "/open/unsubscribe/$token" });
  const action = useAction();
  const [kind, setKind] = useState<NoticeKind | null>(null);
  const settings = (
    <Link to="/settings/notices" className={buttonClass()}>
      Choose your emails
    </Link>
  );
  if (kind !== null) {
    return (
      <Page title={TITLE}>
        <EmptyState icon={<BellOff />} title="These emails are off" action={settings}>
          <p>You get no more emails about “{KIND_LABELS[kind]}”. The app still shows these notices.</p>
        </EmptyState>
      </Page>
    );
  }
  if (action.problem?.status === 410) {
    return (
      <Page title={TITLE}>
        <EmptyState icon={<MailX />} title="This link does not work" action={settings}>
          <p>{action.problem.detail}</p>
        </EmptyState>
      </Page>
    );
  }
  return (
    <Page title={TITLE}>
      <EmptyState
        icon={<BellOff />}
        title="Turn off emails of this kind?"
        action={
          <Button
            kind="primary"
            busy={action.pending}
            onClick={() => void action.run(async () => setKind((await unsubscribe(token)).kind))}
          >
            Turn off
          </Button>
        }
      >
        <p>
          You then get no more emails about notices of this kind. You still get those about other notices and about the
          security of your account.
        </p>
        {action.problem !== null && <ProblemCallout problem={action.problem} />}
      </EmptyState>
    </Page>
  );
}
