import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import type { PersonalAccessToken } from "../../api/types.ts";
import { Badge, type BadgeTone } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { classNames } from "../../ui/class-names.ts";
import { Time } from "../../ui/time-view.tsx";

interface InstanceTokenRowProps {
  readonly token: PersonalAccessToken;
  readonly picked: boolean;
  readonly onPick: (picked: boolean) => void;
  readonly onRevoke: () => void;
}

export function InstanceTokenRow({ token, picked, onPick, onRevoke }: InstanceTokenRowProps): ReactElement {
  const over = token.revokedAt !== null;
  return (
    <li className="flex min-h-16 items-start gap-3 px-4 py-3">
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
            {token.lastUsedAt ? (
              <>
                Last used <Time at={token.lastUsedAt} />
                {token.lastUsedIp && ` from ${token.lastUsedIp}`}
              </>
            ) : (
              "Never used"
            )}
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
    </li>
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
  if (!token.expiresAt) return <p>No expiry</p>;
  return (
    <p>
      {token.state === "expired" ? "Expired" : "Expires"} <Time at={token.expiresAt} as="date" />
    </p>
  );
}
