// The page where a person types the code of a device without a browser. The code is never read from the address, since
// an attacker could send a link that approves their own login.
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
      lead="A terminal on another machine shows a code when you log in there. Type the code here, check the request, and choose the permissions of the token."
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
          doneText="The terminal gets its token within seconds. You can close this page."
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
            hint="Eight letters, such as WDJB-MJHT. The case does not matter, and the hyphen is optional."
            className="[&_input]:font-mono [&_input]:text-base [&_input]:tracking-[0.12em] [&_input]:uppercase"
          />
          <div>
            <Button type="submit" kind="primary" busy={action.pending}>
              Continue
            </Button>
          </div>
        </Form>
        <p className="border-t border-line pt-4 text-[0.8438rem] text-soft">
          <strong className="font-medium text-ink">Type only a code from your own screen.</strong> Never type a code
          that another person gave you: it would give them a token that acts as you.
        </p>
      </div>
    </Panel>
  );
}

// The page that `mintmark login` opens on the same machine. The decision goes back to the command over a loopback
// address. An approval carries a one-time code, which only that command can use.

export function AuthorizePage(): ReactElement {
  const search = useSearch({ from: "/shell/cli/authorize" });
  const request = parseAuthorize(search);
  return (
    <Page
      title="Log in to the command line"
      lead="The command on this machine needs a token to act as you. Check that you started it, and choose the permissions of the token."
    >
      {request === null ? <DeadLink /> : <Opened key={JSON.stringify(search)} request={request} />}
    </Page>
  );
}

function Opened({ request }: { readonly request: AuthorizeRequest }): ReactElement {
  const { codeChallenge, redirectUri, deviceName, port, state } = request;
  // Each opening of the page starts a new login, so nothing is cached.
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
        doneText="The terminal has your decision. You can close this page."
        handOver={(decision) => goBack(decision, state)}
      />
    );
  }
  if (opened.error === null) return <RequestSkeleton />;
  if (toProblem(opened.error).code === "field_invalid") return <DeadLink />;
  return <LoadFailure error={opened.error} busy={opened.isFetching} onRetry={() => void opened.refetch()} />;
}

/** Use `replace`, so that the back button does not return to a login that is already decided. */
function goBack({ returnTo }: DeviceDecision, state: string): string | null {
  const address = returnTo === null ? null : handOverAddress(returnTo, state);
  if (address !== null) window.location.replace(address);
  return address;
}

function DeadLink(): ReactElement {
  return (
    <EmptyState icon={<Unplug />} title="This link does not work">
      <p>
        It is incomplete, or was not made by <code className="font-mono">mintmark login</code>. Run the command again,
        and open the whole link that it prints.
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
