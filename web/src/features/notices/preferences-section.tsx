import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { noticePreferencesQuery, setNoticePreferences } from "../../api/notices.ts";
import type { NoticeKind, NoticePreferences } from "../../api/types.ts";
import { useInstance } from "../../session/use-session.ts";
import { useAnnounce } from "../../ui/announcer.tsx";
import { Button } from "../../ui/button.tsx";
import { Choice } from "../../ui/field.tsx";
import { Form } from "../../ui/form.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Section } from "../../ui/page.tsx";
import { LoadingRows } from "../../ui/placeholder.tsx";
import { QueryView } from "../../ui/query-view.tsx";
import { useAction } from "../../ui/use-action.ts";
import { KIND_HINTS, KIND_LABELS } from "./notice-text.ts";

export function PreferencesSection(): ReactElement {
  const preferences = useQuery(noticePreferencesQuery);
  return (
    <Section title="By mail" lead="Here every notice is shown. Choose which of them you also get by mail.">
      <QueryView query={preferences} loading={<LoadingRows rows={6} />}>
        {(loaded) => <PreferencesForm preferences={loaded} />}
      </QueryView>
    </Section>
  );
}

function PreferencesForm({ preferences }: { readonly preferences: NoticePreferences }): ReactElement {
  const action = useAction();
  const announce = useAnnounce();
  const queryClient = useQueryClient();
  return (
    <div className="grid gap-4">
      {!preferences.mailReaches && <WhyNoMail />}
      <Form
        action={action}
        label="Notices by mail"
        onSubmit={async (values) => {
          const mail = Object.fromEntries(
            preferences.kinds.map(({ kind, optional }) => [kind, !optional || values.checked(kind)]),
          ) as Record<NoticeKind, boolean>;
          queryClient.setQueryData(noticePreferencesQuery.queryKey, await setNoticePreferences(mail));
          announce("Your choice is saved.");
        }}
      >
        <div className="grid gap-1.5">
          {preferences.kinds.map(({ kind, mail, optional }) => (
            <Choice
              key={kind}
              name={kind}
              label={KIND_LABELS[kind]}
              hint={KIND_HINTS[kind]}
              defaultChecked={mail}
              disabled={!optional}
            />
          ))}
        </div>
        <div>
          <Button type="submit" busy={action.pending}>
            Save
          </Button>
        </div>
      </Form>
    </div>
  );
}

function WhyNoMail(): ReactElement {
  return !useInstance().mail ? (
    <Notice title="This instance sends no mail">Your choice counts once it does.</Notice>
  ) : (
    <Notice tone="warning" title="Your email address is not confirmed">
      Notices are mailed to a confirmed address only. Confirm it on your profile.
    </Notice>
  );
}
