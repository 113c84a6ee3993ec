// The report at the end of a run: what was tried, what was found, and the time of verifications without a fault.
import type { Finding } from "./check.ts";
import type { History, Verification } from "./history.ts";

/** How long the effects of a fault may last after it, while connections are made again and queues drain. */
const AFTERMATH_MS = 2_000;
const FINDINGS_SHOWN = 10;

export interface RunResult {
  readonly engine: string;
  readonly seed: number;
  readonly seconds: number;
  readonly history: History;
  readonly findings: readonly Finding[];
  /** Responses that neither the promise nor a fault explains, and records that are missing or duplicated. */
  readonly problems: readonly string[];
}

/** Whether the promise held. Latency is reported only, because it also depends on the machine. */
export function held({ findings, problems }: RunResult): boolean {
  return findings.length === 0 && problems.length === 0;
}

export function formatResult(result: RunResult): string {
  const { engine, seed, seconds, history, findings, problems } = result;
  const { verifications, changes, faults } = history;
  const count = (violation: Finding["violation"]): number =>
    findings.filter((one) => one.violation === violation).length;
  const outcomes = (kind: string): number => verifications.filter(({ outcome }) => outcome.kind === kind).length;
  const calm = verifications.filter(isCalm(history));
  const latencies = calm.map(({ begin, end }) => end - begin).toSorted((a, b) => a - b);
  const at = (share: number): string => `${(latencies[Math.floor(latencies.length * share)] ?? 0).toFixed(1)} ms`;
  const kinds = Object.entries(Object.groupBy(faults, ({ kind }) => kind)).map(
    ([kind, all]) => `${kind} ${all?.length}`,
  );
  const lines = [
    `${engine}, seed ${seed}, ${Math.round(seconds)} s`,
    `  verifications      ${verifications.length}: ${outcomes("accept")} accepted, ${outcomes("refuse")} refused, ${outcomes("unavailable")} unavailable (under faults)`,
    `  changes            ${changes.length}, ${changes.filter(({ end }) => end === null).length} of them without a definite answer`,
    `  faults             ${faults.length}: ${kinds.join(", ")}`,
    `  stale accepts      ${count("stale_accept") + count("revived")}`,
    `  false refusals     ${count("false_refusal")}`,
    `  lost writes        ${count("lost_write")}`,
    `  other problems     ${problems.length}`,
    `  without a fault    ${calm.length} verifications, ${calm.filter(({ outcome }) => outcome.kind === "unavailable").length} unavailable; p50 ${at(0.5)}, p99 ${at(0.99)}, p99.9 ${at(0.999)}, longest ${at(1 - Number.EPSILON)}`,
    ...problems.map((problem) => `  ! ${problem}`),
    ...findings.slice(0, FINDINGS_SHOWN).map(formatFinding),
    held(result) ? "  the promise held" : "  THE PROMISE DID NOT HOLD",
  ];
  return `${lines.join("\n")}\n`;
}

function formatFinding({ violation, verification, possible }: Finding): string {
  const { token, replica, begin, end, outcome } = verification;
  const answer = outcome.kind === "accept" ? `accepted as ${outcome.role}` : JSON.stringify(outcome);
  const when = `${begin.toFixed(1)}–${end.toFixed(1)} ms`;
  return `  ! ${violation}: replica ${replica} returned "${answer}" for ${token} at ${when}; possible: ${possible.join(", ")}`;
}

/** Whether a verification ran while no fault held, and none had ended just before. */
function isCalm({ faults }: History): (verification: Verification) => boolean {
  return ({ begin, end }) => !faults.some((fault) => fault.begin <= end && begin <= fault.end + AFTERMATH_MS);
}
