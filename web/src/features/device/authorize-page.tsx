// Where `mintmark login` sends the browser of its own machine. What the person decides goes back to the command by a
// loopback address: after an approval with a one-time code that is of no use to anybody but that command.
import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { Unplug } from "lucide-react";
import { type ReactElement, useId } from "react";
import { openLoopback } from "../../api/device.ts";
import { toProblem } from "../../api/problem.ts";
import type { DeviceDecision } from "../../api/types.ts";
import { Page, Panel } from "../../ui/page.tsx";
import { Bar, EmptyState, LoadFailure, Loading } from "../../ui/placeholder.tsx";
import { Decision } from "./decision.tsx";
import { type AuthorizeRequest, handOverAddress, parseAuthorize } from "./hand-over.ts";

export function AuthorizePage(): ReactElement {
  const search = useSearch({ from: "/shell/cli/authorize" });
  const request = parseAuthorize(search);
  return (
    <Page
      title="Log in to the command line"
      lead="The command on this machine needs a token to act as you. See that it is yours, and choose what it may do."
    >
      {request === null ? <DeadLink /> : <Opened key={JSON.stringify(search)} request={request} />}
    </Page>
  );
}

function Opened({ request }: { readonly request: AuthorizeRequest }): ReactElement {
  const { codeChallenge, redirectUri, deviceName, port, state } = request;
  // Each opening of the page is a login of its own; none is read from a memory.
  const opened = useQuery({
    queryKey: ["loopback-login", useId()],
    queryFn: () => openLoopback({ codeChallenge, redirectUri, deviceName }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
  if (opened.data !== undefined) {
    return (
      <Decision
        login={opened.data}
        from={
          <>
            This machine<span className="text-soft">, where a program listens at port {port}</span>
          </>
        }
        doneText="The terminal has its answer. You can close this page."
        handOver={(decision) => goBack(decision, state)}
      />
    );
  }
  if (opened.error === null) return <RequestSkeleton />;
  if (toProblem(opened.error).code === "field_invalid") return <DeadLink />;
  return <LoadFailure error={opened.error} busy={opened.isFetching} onRetry={() => void opened.refetch()} />;
}

/** `replace`: the way back from the command's own page is not to a login that is decided. */
function goBack({ returnTo }: DeviceDecision, state: string): string | null {
  const address = returnTo === null ? null : handOverAddress(returnTo, state);
  if (address !== null) window.location.replace(address);
  return address;
}

function DeadLink(): ReactElement {
  return (
    <EmptyState icon={<Unplug />} title="This link does not work">
      <p>
        It is incomplete, or no <code className="font-mono">mintmark login</code> made it. Run the command again, and
        open the whole link that it prints.
      </p>
    </EmptyState>
  );
}

function RequestSkeleton(): ReactElement {
  return (
    <Loading>
      <div className="grid gap-7">
        <Panel className="grid max-w-[42rem] gap-3.5 px-5 py-5 sm:px-6">
          <Bar className="h-5 w-56 max-w-full" />
          <Bar className="w-72 max-w-full" />
          <Bar className="w-64 max-w-full" />
          <Bar className="w-40" />
          <Bar className="w-52 max-w-full" />
        </Panel>
        <Bar className="h-24 w-full" />
        <Bar className="h-9 max-w-[28rem]" />
        <Bar className="h-9 max-w-[28rem]" />
      </div>
    </Loading>
  );
}
