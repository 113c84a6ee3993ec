// An overview of an organization's tokens. Rule: overview-text.ts computes the charts and is tested without a browser,
// and every chart has a table. Deliberately absent: the list of all tokens, which has its own page.
import { STALE_RULE } from "@mintmark/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { ReactElement } from "react";
import type { OrganizationMembership, OrganizationOverview } from "../../api/types.ts";
import { overviewQuery } from "../../api/usage.ts";
import { BarTable } from "../../chart/bar-table.tsx";
import { Figure, PointTable } from "../../chart/figure.tsx";
import { StackedBars } from "../../chart/plots.ts";
import { parseSpan, sum } from "../../chart/series.ts";
import { SpanChoice, Stat, Stats } from "../../chart/stat.tsx";
import { RequirePermission } from "../../session/require-permission.tsx";
import { useOrganization } from "../../session/use-session.ts";
import { Page } from "../../ui/page.tsx";
import { Bar, Loading } from "../../ui/placeholder.tsx";
import { QueryView } from "../../ui/query-view.tsx";
import { count, isolated } from "../../ui/text.ts";
import { ExpiryCalendar } from "./expiry-calendar.tsx";
import { ageInWords, refusalsByDay, refusalsInWords, USES, usesByDay, usesInWords } from "./overview-text.ts";
import { StaleTokens } from "./stale-tokens.tsx";

export function OverviewPage(): ReactElement {
  const organization = useOrganization();
  return (
    <RequirePermission permission="tokens:read" title="Overview">
      <Overview key={organization.id} organization={organization} />
    </RequirePermission>
  );
}

function Overview({ organization }: { readonly organization: OrganizationMembership }): ReactElement {
  const span = parseSpan(useSearch({ from: "/shell/organization" }).days);
  const navigate = useNavigate();
  const overview = useQuery({ ...overviewQuery(organization.id, span), refetchInterval: 60_000 });
  return (
    <Page
      title="Overview"
      lead={`The tokens of ${isolated(organization.name)}: their age, expiry and usage.`}
      action={
        <SpanChoice
          span={span}
          onChange={(days) =>
            void navigate({
              to: "/organization",
              search: days === 30 ? {} : { days: String(days) },
              replace: true,
              resetScroll: false,
            })
          }
        />
      }
    >
      <QueryView query={overview} loading={<OverviewLoading />}>
        {(data) => <Pictures organization={organization} overview={data} />}
      </QueryView>
    </Page>
  );
}

interface PicturesProps {
  readonly organization: OrganizationMembership;
  readonly overview: OrganizationOverview;
}

function Pictures({ organization, overview }: PicturesProps): ReactElement {
  const { tokens, ages, days } = overview;
  return (
    <div className="grid gap-4">
      <Stats>
        <Stat term="Live tokens" note="neither revoked nor expired">
          {count(tokens.live)}
        </Stat>
        <Stat term="Without expiry">{count(tokens.withoutExpiry)}</Stat>
        <Stat term="Never used">{count(tokens.neverUsed)}</Stat>
        <Stat term="Stale" note={STALE_RULE}>
          {count(tokens.stale)}
        </Stat>
      </Stats>
      <UsesPerDay days={days} />
      <RefusalsPerDay days={days} />
      <div className="grid items-start gap-4 xl:grid-cols-2">
        <ExpiryCalendar overview={overview} />
        <BarTable
          title="Tokens by age"
          lead="Live tokens by age. Replace old tokens."
          head={{ label: "Age", value: "Tokens" }}
          nothing="There is no token."
          rows={
            sum(ages.map((age) => age.tokens)) === 0
              ? []
              : ages.map((age) => ({ key: String(age.fromDays), label: ageInWords(age), value: age.tokens }))
          }
        />
      </div>
      <StaleTokens organization={organization} overview={overview} />
    </div>
  );
}

function UsesPerDay({ days }: Pick<OrganizationOverview, "days">): ReactElement {
  const points = usesByDay(days);
  const isEmpty = days.every(({ uses }) => uses === 0);
  return (
    <Figure
      title="Uses per day"
      lead={usesInWords(days)}
      nothing={isEmpty ? `No token and no API key was used in these ${days.length} days.` : null}
      table={<PointTable caption="Uses per day" head="Day (UTC)" series={USES} points={points} />}
    >
      <StackedBars name="Uses per day" series={USES} points={points} />
    </Figure>
  );
}

function RefusalsPerDay({ days }: Pick<OrganizationOverview, "days">): ReactElement {
  const { series, points } = refusalsByDay(days);
  return (
    <Figure
      title="Denied attempts"
      lead={refusalsInWords(days)}
      legend={series}
      nothing={series.length === 0 ? "No attempt with an expired, revoked or blocked token was made." : null}
      table={<PointTable caption="Denied attempts per day" head="Day (UTC)" series={series} points={points} />}
    >
      <StackedBars name="Denied attempts per day" series={series} points={points} />
    </Figure>
  );
}

function OverviewLoading(): ReactElement {
  return (
    <Loading>
      <div className="grid gap-4">
        <div className="grid h-22 content-center rounded-panel border border-line bg-surface px-4">
          <Bar className="w-48" />
        </div>
        {["uses", "refusals"].map((figure) => (
          <div key={figure} className="grid h-86 content-start gap-3 rounded-panel border border-line bg-surface p-4">
            <Bar className="w-32" />
            <Bar className="w-64 max-w-full" />
            <Bar className="h-56 w-full" />
          </div>
        ))}
      </div>
    </Loading>
  );
}
