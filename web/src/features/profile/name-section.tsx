import { useQueryClient } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { renameAccount } from "../../api/account.ts";
import { sessionQuery } from "../../api/session.ts";
import { useSession } from "../../session/use-session.ts";
import { useAnnounce } from "../../ui/announcer.tsx";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { Form } from "../../ui/form.tsx";
import { Section } from "../../ui/page.tsx";
import { useAction } from "../../ui/use-action.ts";

export function NameSection(): ReactElement {
  const { user } = useSession();
  const action = useAction();
  const announce = useAnnounce();
  const queryClient = useQueryClient();
  return (
    <Section title="Name" lead="How members of your organizations see you.">
      <Form
        action={action}
        fields={["name"]}
        label="Name"
        onSubmit={async (values) => {
          await renameAccount(values.text("name"));
          await queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey });
          announce("Your name is saved.");
        }}
      >
        <TextField
          key={user.name}
          label="Your name"
          name="name"
          required
          maxLength={100}
          autoComplete="name"
          defaultValue={user.name}
          error={action.fieldErrors["name"]}
        />
        <div>
          <Button type="submit" busy={action.pending}>
            Save name
          </Button>
        </div>
      </Form>
    </Section>
  );
}
