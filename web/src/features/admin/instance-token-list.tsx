import { EndLine, LastUse } from "../../credential/last-use.tsx";
import { REVOKED_AT_ONCE } from "@mintmark/core";
import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactElement, useState } from "react";
import { ADMIN_ORGANIZATIONS, ADMIN_TOKENS, ADMIN_USERS, revokeTokensAsAdmin } from "../../api/admin.ts";
import type { PersonalAccessToken } from "../../api/types.ts";
import { useAnnounce } from "../../ui/announcer.tsx";
import { Badge, type BadgeTone } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { classNames } from "../../ui/class-names.ts";
import { useConfirmedAction } from "../../ui/dialog.tsx";
import { Choice } from "../../ui/field.tsx";
import { RowItem, Rows } from "../../ui/rows.tsx";
import { confirmedBy, counted, isolated } from "../../ui/text.ts";
import { Time } from "../../ui/time-view.tsx";

/** So many tokens are named in the question. The others are counted. */
const NAMED = 6;

export function InstanceTokenList({ tokens }: { readonly tokens: readonly PersonalAccessToken[] }): ReactElement {
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const { askRevoke, dialog } = useRevokeQuestion(() => setPicked(new Set()));
  const revocable = tokens.filter(({ revokedAt }) => revokedAt === null);
  const chosen = revocable.filter(({ id }) => picked.has(id)).slice(0, REVOKED_AT_ONCE);

  function pick(ids: readonly string[], isPicked: boolean): void {
    const next = new Set(picked);
    for (const id of ids) {
      if (isPicked) next.add(id);
      else next.delete(id);
    }
    setPicked(next);
  }

  return (
    <div className="grid gap-3">
      <div className="flex min-h-9 flex-wrap items-center justify-between gap-x-4 gap-y-2 px-4">
        <Choice
          label={chosen.length === 0 ? "Choose all shown" : `${counted(chosen.length, "token")} chosen`}
          checked={revocable.length > 0 && chosen.length === Math.min(revocable.length, REVOKED_AT_ONCE)}
          disabled={revocable.length === 0}
          onChange={(event) =>
            pick(
              revocable.map(({ id }) => id),
              event.currentTarget.checked,
            )
          }
        />
        {chosen.length > 0 && (
          <Button kind="danger" size="small" onClick={() => askRevoke(chosen)}>
            Revoke {counted(chosen.length, "token")}…
          </Button>
        )}
      </div>
      <Rows label="Tokens">
        {tokens.map((token) => (
          <InstanceTokenRow
            key={token.id}
            token={token}
            picked={picked.has(token.id)}
            onPick={(isPicked) => pick([token.id], isPicked)}
            onRevoke={() => askRevoke([token])}
          />
        ))}
      </Rows>
      {dialog}
    </div>
  );
}

interface RevokeQuestion {
  readonly askRevoke: (tokens: readonly PersonalAccessToken[]) => void;
  readonly dialog: ReactElement;
}

function useRevokeQuestion(onRevoked: () => void): RevokeQuestion {
  const { ask, dialog } = useConfirmedAction();
  const queryClient = useQueryClient();
  const announce = useAnnounce();

  function askRevoke(those: readonly PersonalAccessToken[]): void {
    const [only] = those;
    ask({
      title:
        those.length === 1 && only !== undefined
          ? `Revoke “${isolated(only.name)}” of ${isolated(only.user.name)}?`
          : `Revoke ${counted(those.length, "token")}?`,
      confirmLabel: those.length === 1 ? "Revoke token" : `Revoke ${counted(those.length, "token")}`,
      body: <TokensToRevoke tokens={those} />,
      work: async () => {
        const { revokedTokens, receipt } = await revokeTokensAsAdmin(those.map(({ id }) => id));
        onRevoked();
        await Promise.all(
          [ADMIN_TOKENS, ADMIN_USERS, ADMIN_ORGANIZATIONS].map((queryKey) =>
            queryClient.invalidateQueries({ queryKey }),
          ),
        );
        announce(
          `${counted(revokedTokens, "token")} revoked, and refused everywhere from now on.${confirmedBy(receipt)}`,
        );
      },
    });
  }

  return { askRevoke, dialog };
}

function TokensToRevoke({ tokens }: { readonly tokens: readonly PersonalAccessToken[] }): ReactElement {
  const others = tokens.length - NAMED;
  return (
    <>
      <ul className="grid gap-1">
        {tokens.slice(0, NAMED).map((token) => (
          <li key={token.id}>
            <bdi className="font-medium text-ink">{token.name}</bdi> of <bdi>{token.user.name}</bdi> in{" "}
            <bdi>{token.organization.name}</bdi>, <LastUse of={{ lastUsedAt: token.lastUsedAt }} inSentence />
          </li>
        ))}
        {others > 0 && <li>and {counted(others, "other")}</li>}
      </ul>
      <p>
        Programs that use {tokens.length === 1 ? "it" : "them"} stop working at once. This is permanent. The holder is
        notified that you did it, and the organization’s audit log records it.
      </p>
    </>
  );
}

interface InstanceTokenRowProps {
  readonly token: PersonalAccessToken;
  readonly picked: boolean;
  readonly onPick: (picked: boolean) => void;
  readonly onRevoke: () => void;
}

function InstanceTokenRow({ token, picked, onPick, onRevoke }: InstanceTokenRowProps): ReactElement {
  const over = token.revokedAt !== null;
  return (
    <RowItem className="flex min-h-16 items-start gap-3 px-4 py-3">
      <input
        type="checkbox"
        className="tick mt-[0.1875rem]"
        aria-label={`Choose ${token.name} of ${token.user.name}`}
        checked={picked && !over}
        disabled={over}
        onChange={(event) => onPick(event.currentTarget.checked)}
      />
      <div className="flex min-w-0 grow flex-wrap gap-x-6 gap-y-1">
        <div className="min-w-0 grow basis-56">
          <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <bdi className={classNames("font-semibold wrap-anywhere", over && "text-soft")}>{token.name}</bdi>
            <StateBadge token={token} />
          </div>
          <div className="text-[0.8125rem] wrap-anywhere text-soft">
            <span className="font-mono">{token.prefix}…</span> ·{" "}
            <Link to="/admin/users/$userId" params={{ userId: token.user.id }} className={NAME}>
              <bdi>{token.user.name}</bdi>
            </Link>{" "}
            in{" "}
            <Link
              to="/admin/organizations/$organizationId"
              params={{ organizationId: token.organization.id }}
              className={NAME}
            >
              <bdi>{token.organization.name}</bdi>
            </Link>
          </div>
        </div>
        <div className="min-w-0 text-[0.8125rem] wrap-anywhere text-soft sm:basis-52 sm:text-right">
          <p>
            <LastUse of={token} />
          </p>
          <Ending token={token} />
        </div>
      </div>
      {!over && (
        <Button
          size="small"
          className="-my-1 self-center"
          aria-label={`Revoke ${token.name} of ${token.user.name}`}
          onClick={onRevoke}
        >
          Revoke
        </Button>
      )}
    </RowItem>
  );
}

const NAME = "rounded-control underline decoration-line underline-offset-3 hover:text-mint hover:decoration-mint";

const STATES: Partial<Record<PersonalAccessToken["state"], readonly [BadgeTone, string]>> = {
  expired: ["neutral", "Expired"],
  revoked: ["neutral", "Revoked"],
  suspended: ["warning", "Suspended"],
  blocked: ["danger", "Blocked by policy"],
};

function StateBadge({ token }: { readonly token: PersonalAccessToken }): ReactElement | null {
  const state = STATES[token.state];
  return state ? <Badge tone={state[0]}>{state[1]}</Badge> : null;
}

function Ending({ token }: { readonly token: PersonalAccessToken }): ReactElement {
  if (token.revokedAt) {
    return (
      <p>
        Revoked <Time at={token.revokedAt} />
        {token.revokedBy && (
          <>
            {" "}
            by <bdi>{token.revokedBy.name}</bdi>
          </>
        )}
      </p>
    );
  }
  return (
    <p>
      <EndLine of={token} />
    </p>
  );
}
