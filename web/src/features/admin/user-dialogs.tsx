// The questions before an instance admin changes an account. Each says exactly what will happen.
import { useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useEffect, useRef, useState } from "react";
import {
  ADMIN_ORGANIZATIONS,
  ADMIN_TOKENS,
  ADMIN_USERS,
  createResetLink,
  endUserSessions,
  reinstateUser,
  revokeUserTokens,
  setInstanceAdmin,
  suspendUser,
} from "../../api/admin.ts";
import { sessionQuery } from "../../api/session.ts";
import type { AdminUserDetail, ResetLink, RevokedTokens } from "../../api/types.ts";
import { useSession } from "../../session/use-session.ts";
import { useAnnounce } from "../../ui/announcer.tsx";
import { Button } from "../../ui/button.tsx";
import { Callout, ProblemCallout } from "../../ui/callout.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { type Confirmation, Dialog, DialogActions } from "../../ui/dialog.tsx";
import { Choice } from "../../ui/field.tsx";
import { confirmedBy, counted, isolated } from "../../ui/text.ts";
import { Time } from "../../ui/time-view.tsx";
import { useAction } from "../../ui/use-action.ts";

export type UserAction = "suspend" | "reinstate" | "end-sessions" | "appoint" | "dismiss";

interface Asking {
  /** Whether the person acts on their own account. */
  readonly isSelf: boolean;
  /** Refreshes the lists and announces the result. */
  readonly done: (message: string) => Promise<void>;
  /** Leaves these pages after stepping down. */
  readonly leave: () => Promise<void>;
}

type Question = (user: AdminUserDetail, asking: Asking) => Confirmation;

export function useUserConfirmations(): (action: UserAction, user: AdminUserDetail) => Confirmation {
  const session = useSession();
  const queryClient = useQueryClient();
  const announce = useAnnounce();
  async function done(message: string): Promise<void> {
    await Promise.all(
      [ADMIN_USERS, ADMIN_ORGANIZATIONS, ADMIN_TOKENS].map((queryKey) => queryClient.invalidateQueries({ queryKey })),
    );
    announce(message);
  }
  async function leave(): Promise<void> {
    await queryClient.fetchQuery({ ...sessionQuery, staleTime: 0 });
    announce("You are no longer an instance admin.");
  }
  return (action, user) => QUESTIONS[action](user, { isSelf: user.id === session.user.id, done, leave });
}

const suspendQuestion: Question = ({ id, name, email, tokenCount, membershipCount }, { done }) => ({
  title: `Suspend ${isolated(name)}?`,
  confirmLabel: "Suspend user",
  body: (
    <>
      <p>
        <bdi>{email}</bdi> is signed out everywhere and cannot sign in, and all their tokens (
        {counted(tokenCount, "live token")} in {counted(membershipCount, "organization")}) are refused at once, until
        you reinstate them.
      </p>
      <p>If an organization’s policy revokes tokens on suspension, their tokens there are revoked permanently.</p>
    </>
  ),
  work: async () => {
    await suspendUser(id);
    await done(`${isolated(name)} is suspended. Their tokens are refused everywhere.`);
  },
});

const reinstateQuestion: Question = ({ id, name }, { done }) => ({
  title: `Reinstate ${isolated(name)}?`,
  confirmLabel: "Reinstate user",
  danger: false,
  body: <p>They can sign in again, and their tokens work again, except those that were revoked.</p>,
  work: async () => {
    await reinstateUser(id);
    await done(`${isolated(name)} is reinstated.`);
  },
});

const endSessionsQuestion: Question = ({ id, name, sessionCount }, { isSelf, done }) => ({
  title: isSelf ? "Sign out your other browsers?" : `Sign ${isolated(name)} out everywhere?`,
  confirmLabel: "End sessions",
  body: (
    <p>
      {isSelf
        ? "All your other browsers are signed out."
        : `${counted(sessionCount, "browser")} will be signed out at once. They can sign in again, and their tokens keep working.`}
    </p>
  ),
  work: async () => {
    const ended = await endUserSessions(id);
    await done(`${counted(ended, "session")} ended.`);
  },
});

const appointQuestion: Question = ({ id, name, email }, { done }) => ({
  title: `Make ${isolated(name)} an instance admin?`,
  confirmLabel: "Appoint instance admin",
  body: (
    <>
      <p>
        <bdi>{email}</bdi> will see every account, organization and token of this server, and can suspend people, revoke
        tokens, appoint owners, and appoint and dismiss instance admins, you included.
      </p>
      <p>Every instance admin gets an email, if this server sends email, and the audit log records it.</p>
    </>
  ),
  work: async () => {
    await setInstanceAdmin(id, true);
    await done(`${isolated(name)} is an instance admin.`);
  },
});

const dismissQuestion: Question = ({ id, name }, { isSelf, done, leave }) => ({
  title: isSelf ? "Step down as an instance admin?" : `Dismiss ${isolated(name)} as an instance admin?`,
  confirmLabel: isSelf ? "Step down" : "Dismiss instance admin",
  body: (
    <>
      <p>
        {isSelf
          ? "You can then no longer open these pages. Another instance admin can appoint you again."
          : "They can then no longer open these pages. Their account, memberships and tokens do not change."}
      </p>
      <p>Every instance admin gets an email, if this server sends email, and the audit log records it.</p>
    </>
  ),
  work: async () => {
    await setInstanceAdmin(id, false);
    if (!isSelf) return done(`${isolated(name)} is no longer an instance admin.`);
    await leave();
  },
});

const QUESTIONS: Readonly<Record<UserAction, Question>> = {
  suspend: suspendQuestion,
  reinstate: reinstateQuestion,
  "end-sessions": endSessionsQuestion,
  appoint: appointQuestion,
  dismiss: dismissQuestion,
};

// Revokes one person's tokens in all or some of their organizations, and shows the receipt.

interface RevokeUserTokensDialogProps {
  readonly user: AdminUserDetail;
  readonly open: boolean;
  readonly onClose: () => void;
}

export function RevokeUserTokensDialog({ user, open, onClose }: RevokeUserTokensDialogProps): ReactElement {
  const [revoked, setRevoked] = useState<RevokedTokens | null>(null);
  function close(): void {
    setRevoked(null);
    onClose();
  }
  return (
    <Dialog
      open={open}
      onClose={close}
      title={`Revoke tokens of ${isolated(user.name)}`}
      lead={
        revoked
          ? undefined
          : "The tokens are revoked at once, everywhere and permanently. The person is notified that you did it."
      }
    >
      {revoked ? (
        <ReceiptOf user={user} revoked={revoked} onClose={close} />
      ) : (
        <Choosing user={user} onRevoked={setRevoked} onClose={close} />
      )}
    </Dialog>
  );
}

interface ChoosingProps {
  readonly user: AdminUserDetail;
  readonly onRevoked: (revoked: RevokedTokens) => void;
  readonly onClose: () => void;
}

function Choosing({ user, onRevoked, onClose }: ChoosingProps): ReactElement {
  const action = useAction();
  const queryClient = useQueryClient();
  const announce = useAnnounce();
  const holding = user.memberships.filter(({ unrevokedTokenCount }) => unrevokedTokenCount > 0);
  const [spared, setSpared] = useState<ReadonlySet<string>>(new Set());
  const chosen = holding.filter(({ organization }) => !spared.has(organization.id));
  const count = chosen.reduce((sum, { unrevokedTokenCount }) => sum + unrevokedTokenCount, 0);

  function choose(id: string, isChosen: boolean): void {
    const next = new Set(spared);
    if (isChosen) next.delete(id);
    else next.add(id);
    setSpared(next);
  }

  async function revoke(): Promise<void> {
    const revoked = await revokeUserTokens(
      user.id,
      chosen.map(({ organization }) => organization.id),
    );
    onRevoked(revoked);
    announce(
      `${counted(revoked.revokedTokens, "token")} revoked. From now on they are refused everywhere.${confirmedBy(revoked.receipt)}`,
    );
    await Promise.all(
      [ADMIN_USERS, ADMIN_ORGANIZATIONS, ADMIN_TOKENS].map((queryKey) => queryClient.invalidateQueries({ queryKey })),
    );
  }

  return (
    <div className="grid gap-4">
      <fieldset className="grid gap-1">
        <legend className="mb-1 font-medium">In these organizations</legend>
        {holding.map(({ organization, tokenCount, unrevokedTokenCount }) => (
          <Choice
            key={organization.id}
            label={<bdi className="wrap-anywhere">{organization.name}</bdi>}
            hint={`${tokensInWords(tokenCount, unrevokedTokenCount)}${organization.personal ? ", personal organization" : ""}`}
            checked={!spared.has(organization.id)}
            onChange={(event) => choose(organization.id, event.currentTarget.checked)}
          />
        ))}
      </fieldset>
      <p className="text-soft">
        API keys stay, and the person can mint new tokens. To prevent that too, suspend the person. The audit log of
        each organization records its revoked tokens.
      </p>
      {action.problem && <ProblemCallout problem={action.problem} />}
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button kind="danger" disabled={count === 0} busy={action.pending} onClick={() => void action.run(revoke)}>
          Revoke {counted(count, "token")}
        </Button>
      </DialogActions>
    </div>
  );
}

/** "3 tokens", "3 tokens, 1 of them expired". Expired tokens are revoked too, so the receipt counts them. */
function tokensInWords(live: number, unrevoked: number): string {
  const expired = unrevoked - live;
  return `${counted(unrevoked, "token")}${expired > 0 ? `, ${expired} of them expired` : ""}`;
}

interface ReceiptOfProps {
  readonly user: AdminUserDetail;
  readonly revoked: RevokedTokens;
  readonly onClose: () => void;
}

function ReceiptOf({ user, revoked, onClose }: ReceiptOfProps): ReactElement {
  const text = JSON.stringify({ user: { id: user.id, name: user.name, email: user.email }, ...revoked }, null, 2);
  return (
    <div className="grid gap-4">
      <Callout tone="good" title={`${counted(revoked.revokedTokens, "token")} revoked`}>
        <p>
          Revoked everywhere since <Time at={revoked.receipt.at} as="date-time" />.{confirmedBy(revoked.receipt)}{" "}
          {counted(revoked.auditEventIds.length, "audit event")}{" "}
          {revoked.auditEventIds.length === 1 ? "records" : "record"} it.
        </p>
      </Callout>
      <DialogActions>
        <CopyButton text={text} what="receipt" />
        <Button kind="primary" onClick={onClose}>
          Done
        </Button>
      </DialogActions>
    </div>
  );
}

// Makes the link with which a person sets a new password, and shows it once.

interface ResetLinkDialogProps {
  readonly user: AdminUserDetail;
  readonly open: boolean;
  readonly onClose: () => void;
}

export function ResetLinkDialog({ user, open, onClose }: ResetLinkDialogProps): ReactElement {
  const [made, setMade] = useState<ResetLink | null>(null);
  const action = useAction();
  function close(): void {
    setMade(null);
    onClose();
  }
  return (
    <Dialog
      open={open}
      onClose={close}
      wide
      title={made ? `Link for ${isolated(user.name)}` : `Make a reset link for ${isolated(user.name)}?`}
    >
      {made ? (
        <ResetLinkOnce user={user} made={made} onDone={close} />
      ) : (
        <div className="grid gap-4">
          <p>
            With the link, <bdi>{user.email}</bdi> sets a new password. That signs them out everywhere; their tokens
            keep working unless they choose to revoke them. Their earlier reset links stop working now.
          </p>
          <p className="text-soft">
            Make sure that this person really asked for it. They get a notice that you made the link, and the audit log
            records it.
          </p>
          {action.problem && <ProblemCallout problem={action.problem} />}
          <DialogActions>
            <Button onClick={close}>Cancel</Button>
            <Button
              kind="primary"
              busy={action.pending}
              onClick={() => void action.run(async () => setMade(await createResetLink(user.id)))}
            >
              Make the link
            </Button>
          </DialogActions>
        </div>
      )}
    </Dialog>
  );
}

interface ResetLinkOnceProps {
  readonly user: AdminUserDetail;
  readonly made: ResetLink;
  readonly onDone: () => void;
}

function ResetLinkOnce({ user, made, onDone }: ResetLinkOnceProps): ReactElement {
  const link = useRef<HTMLInputElement>(null);
  useEffect(() => link.current?.select(), []);
  return (
    <div className="grid gap-3">
      <div className="flex flex-wrap gap-2">
        <input
          ref={link}
          type="text"
          readOnly
          aria-label="Reset link"
          value={made.url}
          onFocus={(event) => event.currentTarget.select()}
          className="control min-w-0 grow basis-56 font-mono text-[0.8125rem]!"
        />
        <CopyButton text={made.url} what="reset link" kind="primary" onFailed={() => link.current?.select()} />
      </div>
      <p className="text-[0.8125rem] text-soft">
        Works once, until <Time at={made.expiresAt} as="date-time" />. It is shown only now. Anyone who has it can take
        over the account, so give it to <bdi>{user.name}</bdi> alone.
      </p>
      <DialogActions>
        <Button onClick={onDone}>Done</Button>
      </DialogActions>
    </div>
  );
}
