// The usage of one credential. The address holds the number of days.
import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import type { ReactElement } from "react";
import type { CredentialUsage } from "../api/types.ts";
import type { Span, UsageQuery } from "../api/usage.ts";
import { BarTable } from "../chart/bar-table.tsx";
import { Figure, PointTable } from "../chart/figure.tsx";
import { StackedBars } from "../chart/plots.ts";
import { parseSpan } from "../chart/series.ts";
import { SpanChoice, Stat, Stats } from "../chart/stat.tsx";
import { can } from "../session/permission.ts";
import { useOrganization } from "../session/use-session.ts";
import { Bar, Loading } from "../ui/placeholder.tsx";
import { QueryView } from "../ui/query-view.tsx";
import { count } from "../ui/text.ts";
import { Time } from "../ui/time-view.tsx";
import { isUncounted, routeInWords, usageInWords, USE_SERIES, usePoints } from "./usage-text.ts";

export function UsageSection({ history }: { readonly history: (span: Span) => UsageQuery }): ReactElement {
  const span = parseSpan(useSearch({ strict: false }).days);
  const navigate = useNavigate();
  // Refetch regularly: people watch whether a credential that they want to revoke is still in use.
  const usage = useQuery({ ...history(span), refetchInterval: 15_000 });
  return (
    <UsageView
      usage={usage}
      span={span}
      onSpan={(days) =>
        void navigate({
          to: ".",
          search: days === 30 ? {} : { days: String(days) },
          replace: true,
          resetScroll: false,
        })
      }
    />
  );
}

const COUNTED_SOON = "It was used just now. The counts appear here within half a minute.";

interface UsageViewProps {
  readonly usage: UseQueryResult<CredentialUsage>;
  readonly span: Span;
  readonly onSpan: (span: Span) => void;
}

/** The usage of a credential: over time, by address and by route. */
function UsageView({ usage, span, onSpan }: UsageViewProps): ReactElement {
  return (
    <div className="grid gap-4">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h2 className="text-[0.9375rem] font-semibold">Use</h2>
        <SpanChoice span={span} onChange={onSpan} />
      </div>
      <QueryView query={usage} loading={<UsageLoading />}>
        {(data) => <UsagePictures usage={data} readAt={usage.dataUpdatedAt} />}
      </QueryView>
    </div>
  );
}

interface UsagePicturesProps {
  readonly usage: CredentialUsage;
  /** When the server sent it, in UTC epoch milliseconds. */
  readonly readAt: number;
}

function UsagePictures({ usage, readAt }: UsagePicturesProps): ReactElement {
  const points = usePoints(usage.days);
  const isEmpty = usage.days.every(({ uses, denied }) => uses + denied === 0);
  const soon = isUncounted(usage, readAt) ? COUNTED_SOON : null;
  return (
    <>
      <Stats>
        <Stat term="Uses in total">{count(usage.useCount)}</Stat>
        <Stat term="First used">{usage.firstUsedAt ? <Time at={usage.firstUsedAt} as="date" /> : "Never"}</Stat>
        <Stat term="Last used">{usage.lastUsedAt ? <Time at={usage.lastUsedAt} /> : "Never"}</Stat>
        <Stat term="Addresses seen">{soon === null ? count(usage.addresses.length) : "Not counted yet"}</Stat>
      </Stats>
      <Figure
        title="Uses over time"
        lead={soon === null ? usageInWords(usage.days) : "Days are in UTC."}
        legend={USE_SERIES}
        nothing={isEmpty ? (soon ?? `It was not used in these ${usage.days.length} days.`) : null}
        table={<PointTable caption="Uses over time" head="Day (UTC)" series={USE_SERIES} points={points} />}
      >
        <StackedBars name="Uses over time" series={USE_SERIES} points={points} />
      </Figure>
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <ByAddress usage={usage} soon={soon} />
        <ByRoute usage={usage} soon={soon} />
      </div>
    </>
  );
}

interface FacetProps {
  readonly usage: CredentialUsage;
  /** The text while a first use is not counted yet. */
  readonly soon: string | null;
}

function ByAddress({ usage, soon }: FacetProps): ReactElement {
  return (
    <BarTable
      title="By address"
      lead="The addresses of its requests. Revoke it if you do not know one of them."
      head={{ label: "Address", value: "Uses", note: "Last used" }}
      nothing={soon ?? "No address is known yet."}
      rows={[
        ...usage.addresses.map(({ address, uses, lastUsedAt }) => ({
          key: address,
          label: <span className="font-mono">{address}</span>,
          value: uses,
          note: <Time at={lastUsedAt} />,
        })),
        ...others(usage.otherAddresses, "Unknown or older"),
      ]}
    />
  );
}

function ByRoute({ usage, soon }: FacetProps): ReactElement {
  return (
    <BarTable
      title="By route"
      lead="The routes of its requests. Ids and queries are not recorded."
      head={{ label: "Route", value: "Uses", note: "Last used" }}
      nothing={soon ?? "No route is known: the proxy or the service does not send it."}
      rows={[
        ...usage.routes.map(({ route, uses, lastUsedAt }) => ({
          key: route,
          label: <Route route={route} />,
          value: uses,
          note: <Time at={lastUsedAt} />,
        })),
        ...(usage.routes.length === 0 ? [] : others(usage.otherRoutes, "Unknown or older")),
      ]}
    />
  );
}

function Route({ route }: { readonly route: string }): ReactElement {
  const { method, path } = routeInWords(route);
  return (
    <span className="font-mono">
      {method !== null && <span className="mr-1.5 font-semibold">{method}</span>}
      {path}
    </span>
  );
}

function others(value: number, label: string) {
  return value === 0 ? [] : [{ key: "others", label: <span className="text-soft">{label}</span>, value, note: "" }];
}

function UsageLoading(): ReactElement {
  return (
    <Loading>
      <div className="grid gap-4">
        <div className="grid h-19 content-center rounded-panel border border-line bg-surface px-4">
          <Bar className="w-48" />
        </div>
        <div className="grid h-94 content-start gap-3 rounded-panel border border-line bg-surface p-4">
          <Bar className="w-32" />
          <Bar className="w-64 max-w-full" />
          <Bar className="h-56 w-full" />
        </div>
        <div className="grid gap-4 lg:grid-cols-2">
          {["address", "route"].map((facet) => (
            <div key={facet} className="grid h-56 content-start gap-3 rounded-panel border border-line bg-surface p-4">
              <Bar className="w-24" />
              <Bar className="w-64 max-w-full" />
            </div>
          ))}
        </div>
      </div>
    </Loading>
  );
}

/** A link to the events of a credential, for people who may read the organization's log. */
export function EventsLink({ id }: { readonly id: string }): ReactElement | null {
  const organization = useOrganization();
  if (!can(organization, "audit:read")) return null;
  return (
    <Link
      to="/organization/audit"
      search={{ credential: id }}
      className="justify-self-start rounded-control text-[0.8125rem] font-medium text-mint hover:underline print:hidden"
    >
      Its events in the audit log
    </Link>
  );
}
