import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleCheck } from "lucide-react";
import { type ReactElement, useSyncExternalStore } from "react";
import { instanceQuery, setUpInstance } from "../../api/admin.ts";
import { forgetLinkSecret, heldLinkSecret, subscribeToLinkSecret } from "../../session/link-secret.ts";
import { useInstance } from "../../session/use-session.ts";
import { ACCOUNT_FIELDS, AccountFields, accountOf, useArrive, Welcome } from "../../session/welcome.tsx";
import { Button, buttonClass } from "../../ui/button.tsx";
import { Callout } from "../../ui/callout.tsx";
import { TextField } from "../../ui/field.tsx";
import { Form } from "../../ui/form.tsx";
import { Page } from "../../ui/page.tsx";
import { EmptyState } from "../../ui/placeholder.tsx";
import { useAction } from "../../ui/use-action.ts";

export function SetUpPage(): ReactElement {
  return useInstance().setUp ? <AlreadySetUp /> : <SetUpForm />;
}

function SetUpForm(): ReactElement {
  const code = useSyncExternalStore(subscribeToLinkSecret, () => heldLinkSecret("/setup"));
  const action = useAction();
  const arrive = useArrive();
  const queryClient = useQueryClient();
  const refused = action.problem?.code === "setup_code_invalid";
  return (
    <Welcome
      title="Set up Mintmark"
      lead="Create the first account. It administers this instance, and invites everyone else."
    >
      <Form
        action={action}
        fields={["code", ...ACCOUNT_FIELDS]}
        label="Set up Mintmark"
        onSubmit={async (values) => {
          const session = await setUpInstance({ code: values.text("code").trim(), ...accountOf(values) });
          forgetLinkSecret();
          await queryClient.invalidateQueries({ queryKey: instanceQuery.queryKey });
          arrive(session);
        }}
      >
        <TextField
          // Another link on this page has another code.
          key={code ?? ""}
          label="Set-up code"
          name="code"
          required
          defaultValue={code ?? ""}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          error={action.fieldErrors["code"]}
          hint="From the link that the server printed when it started. It works for 24 hours."
        />
        {refused && (
          <Callout title="Print a new code">
            Run <code className="font-mono text-[0.8125rem]">mintmark-server setup-code</code> on the server and open
            the link it prints.
          </Callout>
        )}
        <AccountFields errors={action.fieldErrors} />
        <Button type="submit" kind="primary" busy={action.pending} className="mt-1">
          Create first account
        </Button>
      </Form>
    </Welcome>
  );
}

function AlreadySetUp(): ReactElement {
  return (
    <Page title="Set up Mintmark">
      <EmptyState
        icon={<CircleCheck />}
        title="This instance is set up already"
        action={
          <Link to="/sign-in" className={buttonClass("primary")}>
            Sign in
          </Link>
        }
      >
        <p>The first account exists. Sign in to it, or ask its owner to invite you.</p>
      </EmptyState>
    </Page>
  );
}
