import { STALE_RULE } from "@mintmark/core";
import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Fingerprint } from "lucide-react";
import { type ReactElement, useId } from "react";
import { revokeOrganizationTokens } from "../../api/token.ts";
import type { OrganizationMembership, OrganizationOverview } from "../../api/types.ts";
import { can } from "../../session/permission.ts";
import { useAnnounce } from "../../ui/announcer.tsx";
import { Button } from "../../ui/button.tsx";
import { Callout } from "../../ui/callout.tsx";
import { useConfirmedAction } from "../../ui/dialog.tsx";
import { focusHeading } from "../../ui/page.tsx";
import { Row, Rows } from "../../ui/rows.tsx";
import { confirmedBy, isolated } from "../../ui/text.ts";
import { Time } from "../../ui/time-view.tsx";

type StaleToken = NonNullable<OrganizationOverview["staleTokens"]>[number];

interface StaleTokensProps {
  readonly organization: OrganizationMembership;
  readonly overview: OrganizationOverview;
}

/** The tokens that are probably forgotten, each with a button to revoke it. */
export function StaleTokens({ organization, overview }: StaleTokensProps): ReactElement {
  const id = useId();
  const { staleTokens: tokens } = overview;
  const { stale } = overview.tokens;
  return (
    <section aria-labelledby={id} className="grid gap-3">
      <div className="flex flex-wrap items-end justify-between gap-x-6 gap-y-1">
        <div className="grid gap-0.5">
          <h2 id={id} className="text-[0.9375rem] font-semibold">
            Stale tokens
          </h2>
          <p className="text-soft">
            Live, and {STALE_RULE}. {tokens !== null && stale > tokens.length && shownOf(tokens.length, stale)}
          </p>
        </div>
        {tokens !== null && (
          <Link
            to="/organization/tokens"
            search={{ sort: "unused" }}
            className="rounded-control text-[0.8125rem] font-medium text-mint hover:underline print:hidden"
          >
            All tokens, the longest unused first
          </Link>
        )}
      </div>
      {tokens === null ? (
        <Callout>
          There {stale === 1 ? "is 1" : `are ${stale.toLocaleString("en")}`}. The token policy does not let admins see
          members' tokens, so they are not named here.
        </Callout>
      ) : tokens.length === 0 ? (
        <Callout tone="good">There are none: every token is new or in use.</Callout>
      ) : (
        <StaleRows organization={organization} tokens={tokens} />
      )}
    </section>
  );
}

function shownOf(shown: number, all: number): string {
  return `These are the ${shown} longest unused of ${all.toLocaleString("en")}.`;
}

interface StaleRowsProps {
  readonly organization: OrganizationMembership;
  readonly tokens: readonly StaleToken[];
}

function StaleRows({ organization, tokens }: StaleRowsProps): ReactElement {
  const { confirm, dialog } = useStaleRevocation(organization);
  const mayRevoke = can(organization, "tokens:revoke");
  return (
    <>
      <Rows label="Stale tokens">
        {tokens.map((token) => (
          <Row
            key={token.id}
            icon={<Fingerprint />}
            title={token.name}
            note={
              <>
                <bdi>{token.user.name}</bdi> · <span className="font-mono">{token.prefix}…</span>
              </>
            }
            facts={
              <>
                {token.lastUsedAt === null ? (
                  <>
                    Never used, made <Time at={token.createdAt} />
                  </>
                ) : (
                  <>
                    Last used <Time at={token.lastUsedAt} />
                  </>
                )}
              </>
            }
            action={
              mayRevoke && (
                <Button
                  size="small"
                  aria-label={`Revoke ${token.name} of ${token.user.name}`}
                  onClick={() => confirm(token)}
                >
                  Revoke
                </Button>
              )
            }
          />
        ))}
      </Rows>
      {dialog}
    </>
  );
}

interface StaleRevocation {
  readonly confirm: (token: StaleToken) => void;
  readonly dialog: ReactElement;
}

function useStaleRevocation(organization: OrganizationMembership): StaleRevocation {
  const { ask, dialog } = useConfirmedAction();
  const announce = useAnnounce();
  const queryClient = useQueryClient();

  function confirm(token: StaleToken): void {
    ask({
      title: `Revoke “${isolated(token.name)}”?`,
      confirmLabel: "Revoke token",
      body: (
        <p>
          <span className="font-mono text-[0.8125rem] text-ink">{token.prefix}…</span> of <bdi>{token.user.name}</bdi>.
          Programs that use it stop working at once. A revoked token never works again.
        </p>
      ),
      work: async () => {
        const receipt = await revokeOrganizationTokens(organization.id, [token.id]);
        focusHeading();
        await queryClient.invalidateQueries({ queryKey: ["organizations", organization.id] });
        announce(
          `“${isolated(token.name)}” of ${isolated(token.user.name)} is revoked. From now on it is refused everywhere.${confirmedBy(receipt)}`,
        );
      },
    });
  }

  return { confirm, dialog };
}
