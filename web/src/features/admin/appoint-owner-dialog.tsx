// Chooses somebody with an account and makes them an owner; says before what that gives them.
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactElement, type RefObject, useDeferredValue, useRef, useState } from "react";
import { ADMIN_ORGANIZATIONS, appointOwner } from "../../api/admin-organizations.ts";
import { ADMIN_USERS, adminUserMatchesQuery } from "../../api/admin-users.ts";
import { sessionQuery } from "../../api/session.ts";
import type { AdminOrganizationDetail, AdminUser } from "../../api/types.ts";
import { useSession } from "../../session/use-session.ts";
import { useAnnounce } from "../../ui/announcer.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog, DialogActions } from "../../ui/dialog.tsx";
import { Choice, TextField } from "../../ui/field.tsx";
import { isolated } from "../../ui/isolated.ts";
import { ProblemNotice } from "../../ui/notice.tsx";
import { QueryView } from "../../ui/query-view.tsx";
import { useAction } from "../../ui/use-action.ts";

interface AppointOwnerDialogProps {
  readonly organization: AdminOrganizationDetail;
  readonly open: boolean;
  readonly onClose: () => void;
}

export function AppointOwnerDialog({ organization, open, onClose }: AppointOwnerDialogProps): ReactElement {
  const search = useRef<HTMLInputElement>(null);
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={`Appoint an owner of ${isolated(organization.name)}`}
      lead="Owners manage its members, tokens, keys and policy, and can delete it. Who is no member becomes one."
      initialFocus={search}
    >
      <Appointing organization={organization} search={search} onClose={onClose} />
    </Dialog>
  );
}

interface AppointingProps extends Omit<AppointOwnerDialogProps, "open"> {
  readonly search: RefObject<HTMLInputElement | null>;
}

function Appointing({ organization, search, onClose }: AppointingProps): ReactElement {
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState<AdminUser | null>(null);
  const action = useAction();
  const session = useSession();
  const queryClient = useQueryClient();
  const announce = useAnnounce();

  async function appoint(user: AdminUser): Promise<void> {
    await appointOwner(organization.id, user.id);
    await Promise.all([
      ...[ADMIN_ORGANIZATIONS, ADMIN_USERS].map((queryKey) => queryClient.invalidateQueries({ queryKey })),
      ...(user.id === session.user.id ? [queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey })] : []),
    ]);
    announce(`${isolated(user.name)} is an owner of ${isolated(organization.name)}.`);
    onClose();
  }

  return (
    <div className="grid gap-4">
      <TextField
        ref={search}
        label="Find a person"
        type="search"
        autoComplete="off"
        placeholder="Name or email"
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setChosen(null);
        }}
      />
      <Matches text={text} chosen={chosen} onChoose={setChosen} />
      <p className="text-soft">
        The organization’s audit log records that you did this, and its owners hear of it by mail, if this server sends
        mail.
      </p>
      {action.problem && <ProblemNotice problem={action.problem} />}
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button
          kind="primary"
          disabled={chosen === null}
          busy={action.pending}
          onClick={() => chosen && void action.run(() => appoint(chosen))}
        >
          Appoint owner
        </Button>
      </DialogActions>
    </div>
  );
}

interface MatchesProps {
  readonly text: string;
  readonly chosen: AdminUser | null;
  readonly onChoose: (user: AdminUser) => void;
}

function Matches({ text, chosen, onChoose }: MatchesProps): ReactElement {
  const words = useDeferredValue(text.trim());
  const matches = useQuery({ ...adminUserMatchesQuery(words, "active"), placeholderData: keepPreviousData });
  return (
    <QueryView query={matches}>
      {({ items, nextCursor }) =>
        items.length === 0 ? (
          <p className="text-soft">Nobody who is not suspended matches.</p>
        ) : (
          <fieldset className="grid max-h-64 gap-0.5 overflow-y-auto px-1">
            <legend className="mb-1 font-medium">Who</legend>
            {items.map((user) => (
              <Choice
                key={user.id}
                type="radio"
                name="person"
                label={<bdi className="wrap-anywhere">{user.name}</bdi>}
                hint={<bdi className="wrap-anywhere">{user.email}</bdi>}
                checked={chosen?.id === user.id}
                onChange={() => onChoose(user)}
              />
            ))}
            {nextCursor && <p className="text-[0.8125rem] text-soft">There are more: type more of the name.</p>}
          </fieldset>
        )
      }
    </QueryView>
  );
}
