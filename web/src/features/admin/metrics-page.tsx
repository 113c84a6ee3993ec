// Live metrics of one process. Rule: the page names the process, since each replica has its own numbers. Deliberately
// absent: long-term metrics, which Prometheus collects.
import { logText } from "@mintmark/core";
import { useQuery } from "@tanstack/react-query";
import { Pause, Play } from "lucide-react";
import { type ReactElement, useState } from "react";
import type { InstanceMetrics } from "../../api/types.ts";
import { instanceMetricsQuery } from "../../api/usage.ts";
import { BarTable } from "../../chart/bar-table.tsx";
import { Figure, PointTable } from "../../chart/figure.tsx";
import { Lines } from "../../chart/plots.ts";
import { lookOf, sum } from "../../chart/series.ts";
import { Stat, Stats } from "../../chart/stat.tsx";
import { RequireInstanceAdmin } from "../../session/require-permission.tsx";
import { Button } from "../../ui/button.tsx";
import { Page } from "../../ui/page.tsx";
import { QueryView } from "../../ui/query-view.tsx";
import { count } from "../../ui/text.ts";
import { Time } from "../../ui/time-view.tsx";
import { duration, LATENCY_SERIES, latencyPoints, rate, RATE_SERIES, ratePoints } from "./metrics-text.ts";

const TITLE = "Metrics";
const EVERY_MS = 5_000;

export function MetricsPage(): ReactElement {
  return (
    <RequireInstanceAdmin title={TITLE}>
      <Metrics />
    </RequireInstanceAdmin>
  );
}

function Metrics(): ReactElement {
  const [paused, setPaused] = useState(false);
  const metrics = useQuery({ ...instanceMetricsQuery, refetchInterval: paused ? false : EVERY_MS });
  return (
    <Page
      title={TITLE}
      lead="Verifications of the last five minutes, in the process that served this page. Prometheus collects long-term metrics at /metrics."
      action={
        <Button className="print:hidden" onClick={() => setPaused(!paused)}>
          {paused ? <Play aria-hidden="true" /> : <Pause aria-hidden="true" />}
          {paused ? "Resume" : "Pause"}
        </Button>
      }
    >
      <QueryView query={metrics}>{(data) => <Pictures metrics={data} />}</QueryView>
    </Page>
  );
}

function Pictures({ metrics }: { readonly metrics: InstanceMetrics }): ReactElement {
  const { verificationsPerSecond: counts, latency, outcomes, replica } = metrics;
  const total = sum(counts);
  const denied = sum(outcomes.filter(({ outcome }) => outcome !== "ok").map((one) => one.count));
  const now = latency.spans.at(-1) ?? null;
  return (
    <div className="grid gap-4">
      <Stats>
        <Stat term="Per second" note="in the last ten seconds">
          {rate(sum(counts.slice(-latency.spanSeconds)) / latency.spanSeconds)}
        </Stat>
        <Stat term="Median" note={now === null ? "nothing in ten seconds" : "in the last ten seconds"}>
          {now === null ? "–" : duration(now.p50)}
        </Stat>
        <Stat term="99 % within" note="of five minutes">
          {latency.overall === null ? "–" : duration(latency.overall.p99)}
        </Stat>
        <Stat term="Refused" note={`of ${count(total)} in five minutes`}>
          {count(denied)}
        </Stat>
      </Stats>
      <Plots metrics={metrics} isEmpty={total === 0} />
      <BarTable
        title="By outcome"
        lead="How verifications ended in the last five minutes."
        head={{ label: "Outcome", value: "Verifications" }}
        nothing="Nothing was verified in five minutes."
        rows={outcomes.map(({ outcome, count: value }) => ({
          key: outcome,
          label: outcome === "ok" ? "Accepted" : logText(outcome),
          value,
          look: lookOf(outcome),
        }))}
      />
      <p className="text-[0.8125rem] text-soft">
        These are the numbers of <span className="font-mono wrap-anywhere text-ink">{replica.id}</span>, which has run
        since <Time at={replica.startedAt} as="date-time" />. Each replica has its own numbers, and another replica may
        respond next time.
      </p>
    </div>
  );
}

function Plots({ metrics, isEmpty }: { readonly metrics: InstanceMetrics; readonly isEmpty: boolean }): ReactElement {
  const rates = ratePoints(metrics);
  const latencies = latencyPoints(metrics);
  const nothing = isEmpty ? "Nothing was verified in five minutes." : null;
  return (
    <div className="grid items-start gap-4 xl:grid-cols-2">
      <Figure
        title="Verifications per second"
        lead="The mean of every ten seconds."
        nothing={nothing}
        table={
          <PointTable
            caption="Verifications per second"
            head="Time"
            series={RATE_SERIES}
            points={rates}
            format={rate}
          />
        }
      >
        <Lines name="Verifications per second" series={RATE_SERIES} points={rates} format={rate} />
      </Figure>
      <Figure
        title="Latency"
        lead="Half, 90 % and 99 % took no longer."
        legend={LATENCY_SERIES}
        lines
        nothing={nothing}
        table={
          <PointTable caption="Latency" head="Time" series={LATENCY_SERIES} points={latencies} format={duration} />
        }
      >
        <Lines name="Latency" series={LATENCY_SERIES} points={latencies} format={duration} />
      </Figure>
    </div>
  );
}
