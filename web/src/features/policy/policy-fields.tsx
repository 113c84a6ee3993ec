// Every rule of the policy with what it means for the people it meets.
import type { ReactElement } from "react";
import { PermissionPicker } from "../../credential/permission-picker.tsx";
import { useInstance } from "../../session/use-session.ts";
import { Button } from "../../ui/button.tsx";
import { Callout } from "../../ui/callout.tsx";
import { Choice, Field, TextField } from "../../ui/field.tsx";
import { Section } from "../../ui/page.tsx";
import { leavesApiWritable, type PolicyDraft } from "./policy-draft.ts";

interface PolicyFieldsProps {
  readonly draft: PolicyDraft;
  readonly onChange: (draft: PolicyDraft) => void;
  readonly errors: Readonly<Record<string, string>>;
  readonly readOnly: boolean;
}

export function PolicyFields(props: PolicyFieldsProps): ReactElement {
  return (
    <fieldset disabled={props.readOnly} className="grid gap-8">
      <legend className="sr-only">Token policy</legend>
      <LifetimeSection {...props} />
      <AccessSection {...props} />
      <MintingSection {...props} />
      <OversightSection {...props} />
      <NetworkSection {...props} />
      <McpSection {...props} />
    </fieldset>
  );
}

function LifetimeSection({ draft, onChange, errors }: PolicyFieldsProps): ReactElement {
  return (
    <Section title="Lifetime" lead="How long a token or API key may last, and how long it may lie unused.">
      <div className="grid gap-4">
        <TextField
          label="Longest lifetime in days"
          name="maxLifetimeDays"
          inputMode="numeric"
          autoComplete="off"
          optional
          value={draft.maxLifetimeDays}
          onChange={(event) => onChange({ ...draft, maxLifetimeDays: event.currentTarget.value })}
          error={errors["maxLifetimeDays"]}
          hint="Counted from the day it was made. Older ones are refused at once, and new ones need an expiry within it. Empty: no limit."
          className="max-w-[28rem]"
        />
        <Choice
          label="Allow tokens without an expiry"
          hint="Off: new ones must have one, and existing ones without are refused at once."
          checked={draft.allowNoExpiry}
          onChange={(event) => onChange({ ...draft, allowNoExpiry: event.currentTarget.checked })}
        />
        <TextField
          label="Refuse after days without use"
          name="idleDays"
          inputMode="numeric"
          autoComplete="off"
          optional
          value={draft.idleDays}
          onChange={(event) => onChange({ ...draft, idleDays: event.currentTarget.value })}
          error={errors["idleDays"]}
          hint="Counted from the last use, or from the day it was made. Empty: it may lie unused for as long as it lasts."
          className="max-w-[28rem]"
        />
      </div>
    </Section>
  );
}

const CEILINGS = [
  ["role", "Their role", "A token can do what its owner can."],
  ["read-only", "Reading only", "Whatever its owner can do, a token can only read; it changes nothing over the API."],
  ["list", "A list of permissions", "A token can do no more than the permissions chosen here."],
] as const;

function AccessSection({ draft, onChange, errors }: PolicyFieldsProps): ReactElement {
  const { permissions } = useInstance();
  return (
    <Section
      title="Ceiling"
      lead="The most that any token or API key here can do, whatever its owner’s role and its own list allow."
    >
      <div className="grid gap-3">
        <RuleChoice
          legend="Ceiling"
          name="ceiling"
          options={CEILINGS}
          chosen={draft.ceiling}
          onChoose={(ceiling) => onChange({ ...draft, ceiling })}
        />
        {draft.ceiling === "list" && (
          <PermissionPicker
            label="Permissions of the ceiling"
            available={permissions}
            chosen={draft.ceilingPermissions}
            onChange={(ceilingPermissions) => onChange({ ...draft, ceilingPermissions })}
            error={errors["ceiling"]}
          />
        )}
      </div>
    </Section>
  );
}

function MintingSection({ draft, onChange }: PolicyFieldsProps): ReactElement {
  const { roles } = useInstance();
  return (
    <Section
      title="Who may make tokens"
      lead="The roles whose members may make tokens for themselves. Tokens that exist go on working."
    >
      <fieldset>
        <legend className="sr-only">Roles that may make tokens</legend>
        {roles.map(({ name, description }) => (
          <Choice
            key={name}
            label={name}
            hint={description}
            checked={draft.mintableBy.has(name)}
            onChange={(event) => {
              const mintableBy = new Set(draft.mintableBy);
              if (event.currentTarget.checked) mintableBy.add(name);
              else mintableBy.delete(name);
              onChange({ ...draft, mintableBy });
            }}
          />
        ))}
      </fieldset>
    </Section>
  );
}

const OVERSIGHT = [
  ["list-and-revoke", "See and revoke them", "With their names, owners and last use; never their secrets."],
  ["list", "See them", "Only their owners revoke them, or the end of a membership."],
  ["audit", "See their events in the audit log only", "Tokens are listed to their owners alone."],
] as const;

function OversightSection({ draft, onChange }: PolicyFieldsProps): ReactElement {
  return (
    <Section title="Oversight" lead="What owners and admins may do with other members' tokens.">
      <div className="grid gap-3">
        <RuleChoice
          legend="Oversight"
          name="oversight"
          options={OVERSIGHT}
          chosen={draft.oversight}
          onChoose={(oversight) => onChange({ ...draft, oversight })}
        />
        <Choice
          label="Revoke tokens when a member is suspended"
          hint="For good. Off: they pause, and work again when the member is reinstated."
          checked={draft.revokeOnSuspend}
          onChange={(event) => onChange({ ...draft, revokeOnSuspend: event.currentTarget.checked })}
        />
      </div>
    </Section>
  );
}

// From where, and through what, tokens may be used.

function NetworkSection({ draft, onChange, errors }: PolicyFieldsProps): ReactElement {
  return (
    <Section
      title="Networks"
      lead="Where tokens and API keys may be used from. The preview goes by the address of their last use."
    >
      <Field
        label="Allowed networks"
        optional
        error={errors["networks"]}
        hint="One per line, in CIDR notation, like 10.0.0.0/8 or 2001:db8::/32. Empty: any. A client whose address is unknown is refused."
      >
        {(control) => (
          <textarea
            {...control}
            name="networks"
            rows={4}
            spellCheck={false}
            autoCapitalize="none"
            value={draft.networks}
            onChange={(event) => onChange({ ...draft, networks: event.currentTarget.value })}
            className="control font-mono"
          />
        )}
      </Field>
    </Section>
  );
}

const MCP = [
  ["read-write", "Reading and writing", "What a token may do, it may do over MCP."],
  ["read-only", "Reading only", "AI clients are offered the tools that read, and none that changes anything."],
  ["off", "Off", "Every AI client is refused, and told that the policy says so."],
] as const;

function McpSection({ draft, onChange }: PolicyFieldsProps): ReactElement {
  return (
    <Section
      title="AI clients (MCP)"
      lead="What AI clients may do with a token of this organization over MCP, the Model Context Protocol. A change holds at their next call; turning it off also ends what they have open."
    >
      <div className="grid gap-3">
        <RuleChoice
          legend="AI clients (MCP)"
          name="mcp"
          options={MCP}
          chosen={draft.mcp}
          onChoose={(mcp) => onChange({ ...draft, mcp })}
        />
        {leavesApiWritable(draft) && (
          <Callout tone="warning" title="The API stays writable">
            <p>
              This rule is about MCP alone. The same token can still change things over the HTTP API, and an AI client
              that holds one can use that. Only the ceiling binds both.
            </p>
            <Button size="small" className="mt-2.5" onClick={() => onChange({ ...draft, ceiling: "read-only" })}>
              Set the ceiling to reading only too
            </Button>
          </Callout>
        )}
      </div>
    </Section>
  );
}

interface RuleChoiceProps<Value extends string> {
  /** For readers; people see the heading of the section. */
  readonly legend: string;
  readonly name: string;
  readonly options: readonly (readonly [value: Value, label: string, hint: string])[];
  readonly chosen: Value;
  readonly onChoose: (value: Value) => void;
}

/** A rule that is one of a few, with what each means. */
function RuleChoice<Value extends string>(props: RuleChoiceProps<Value>): ReactElement {
  const { legend, name, options, chosen, onChoose } = props;
  return (
    <fieldset>
      <legend className="sr-only">{legend}</legend>
      {options.map(([value, label, hint]) => (
        <Choice
          key={value}
          type="radio"
          name={name}
          value={value}
          label={label}
          hint={hint}
          checked={value === chosen}
          onChange={() => onChoose(value)}
        />
      ))}
    </fieldset>
  );
}
