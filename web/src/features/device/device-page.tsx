// A device without a browser shows a code; this is where its person types it. The code is never taken from the
// address: a link that carries one is how people are made to approve what somebody else began.
import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { Unplug } from "lucide-react";
import { type ReactElement, useId, useState } from "react";
import { claimDevice, openLoopback } from "../../api/device.ts";
import { toProblem } from "../../api/problem.ts";
import type { DeviceDecision, DeviceLogin } from "../../api/types.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { Form } from "../../ui/form.tsx";
import { Page, Panel } from "../../ui/page.tsx";
import { Bar, EmptyState, LoadFailure, Loading } from "../../ui/placeholder.tsx";
import { useAction } from "../../ui/use-action.ts";
import { Decision } from "./decision.tsx";
import { type AuthorizeRequest, handOverAddress, parseAuthorize } from "./hand-over.ts";

export function DevicePage(): ReactElement {
  const [login, setLogin] = useState<DeviceLogin | null>(null);
  return (
    <Page
      title="Connect a device"
      lead="A terminal on another machine shows a code when you log in there. Type the code here, see who asks, and choose what it may do."
    >
      {login === null ? (
        <CodeForm onOpened={setLogin} />
      ) : (
        <Decision
          login={login}
          from={
            <>
              {login.ip ?? "An unknown address"}
              <span className="text-soft">
                {login.isSameNetwork ? ", the network of this browser" : ", not the network of this browser"}
              </span>
            </>
          }
          doneText="The terminal gets its token when it asks next, within seconds. You can close this page."
          onAgain={() => setLogin(null)}
        />
      )}
    </Page>
  );
}

function CodeForm({ onOpened }: { readonly onOpened: (login: DeviceLogin) => void }): ReactElement {
  const action = useAction();
  return (
    <Panel className="max-w-[34rem] overflow-hidden">
      <div className="reeded h-1" aria-hidden="true" />
      <div className="grid gap-5 p-5 sm:p-6">
        <Form
          action={action}
          fields={["userCode"]}
          label="Code of the device"
          onSubmit={async (values) => onOpened(await claimDevice(values.text("userCode")))}
        >
          <TextField
            label="Code"
            name="userCode"
            required
            maxLength={20}
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            error={action.fieldErrors["userCode"]}
            hint="Eight letters, such as WDJB-MJHT. Small letters will do, and the hyphen can be left out."
            className="[&_input]:font-mono [&_input]:text-base [&_input]:tracking-[0.12em] [&_input]:uppercase"
          />
          <div>
            <Button type="submit" kind="primary" busy={action.pending}>
              Continue
            </Button>
          </div>
        </Form>
        <p className="border-t border-line pt-4 text-[0.8438rem] text-soft">
          <strong className="font-medium text-ink">Type only a code from your own screen.</strong> Nobody who helps you
          needs you to type theirs: it would give them a token that acts as you.
        </p>
      </div>
    </Panel>
  );
}

// Where `mintmark login` sends the browser of its own machine. What the person decides goes back to the command by a
// loopback address: after an approval with a one-time code that is of no use to anybody but that command.

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
