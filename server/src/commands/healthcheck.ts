// Asks the instance on this machine whether it is ready, as a load balancer does. An image without curl has this command.
import type { Command } from "commander";
import { Failure, type Running } from "@mintmark/terminal";
import { loadServerConfig } from "./instance-store.ts";

/** Less than the time that a container's health check usually has. */
const PATIENCE_MS = 4_000;

export function addHealthcheck(parent: Command, context: Running): void {
  parent
    .command("healthcheck")
    .description("exit with 0 if the instance on this machine is ready, for containers and monitors")
    .addHelpText(
      "after",
      "\nIt requests /readyz at MINTMARK_HOST and MINTMARK_PORT, with the configuration that the instance runs with.",
    )
    .action(() => healthcheck(context));
}

async function healthcheck({ output }: Running): Promise<void> {
  const config = await loadServerConfig();
  const { localUrl } = await import("../config/config.ts");
  const url = `${localUrl(config)}/readyz`;
  const { status, body } = await ask(url);
  if (status !== 200)
    throw new Failure("not_ready", `the instance is not ready: ${body.reason ?? `${url} returned ${status}`}`);
  output.result(body, () => output.line("ready"));
}

interface Readiness {
  readonly status?: string;
  readonly reason?: string;
}

async function ask(url: string): Promise<{ readonly status: number; readonly body: Readiness }> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS), redirect: "error" });
    return { status: response.status, body: (await response.json()) as Readiness };
  } catch {
    throw new Failure(
      "not_ready",
      `nothing responds at ${url}`,
      "check that the instance runs with this configuration",
    );
  }
}
