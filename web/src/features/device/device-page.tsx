// A device without a browser shows a code; this is where its person types it. The code is never taken from the
// address: a link that carries one is how people are made to approve what somebody else began.
import { type ReactElement, useState } from "react";
import { claimDevice } from "../../api/device.ts";
import type { DeviceLogin } from "../../api/types.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { Form } from "../../ui/form.tsx";
import { Page, Panel } from "../../ui/page.tsx";
import { useAction } from "../../ui/use-action.ts";
import { Decision } from "./decision.tsx";

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
