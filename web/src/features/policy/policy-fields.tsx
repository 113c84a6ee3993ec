// Every rule of the policy, with its meaning.
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
    <Section title="Lifetime" lead="How long a token or API key may last, and how long it may be unused.">
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
          hint="Counted from its creation. Older tokens are refused at once, and new ones need an expiry within this time. Empty means no limit."
          className="max-w-[28rem]"
        />
        <Choice
          label="Allow tokens without an expiry"
          hint="When off, new tokens need an expiry, and existing tokens without one are refused at once."
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
          hint="Counted from the last use, or from its creation. Empty means no limit."
          className="max-w-[28rem]"
        />
      </div>
    </Section>
  );
}

const CEILINGS = [
  ["role", "Their role", "A token can do what its owner can."],
  ["read-only", "Reading only", "A token can only read, even if its owner may do more."],
  ["list", "A list of permissions", "A token can do no more than the permissions chosen here."],
] as const;

function AccessSection({ draft, onChange, errors }: PolicyFieldsProps): ReactElement {
  const { permissions } = useInstance();
  return (
    <Section title="Ceiling" lead="The upper limit for the permissions of every token and API key here.">
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
    <Section title="Who may mint tokens" lead="The roles whose members may mint tokens. Existing tokens keep working.">
      <fieldset>
        <legend className="sr-only">Roles that may mint tokens</legend>
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
  ["list-and-revoke", "See and revoke them", "With their names, owners and last use, but never their secrets."],
  ["list", "See them", "Only their owners can revoke them. The end of a membership revokes them too."],
  ["audit", "See their events in the audit log only", "Only owners see their tokens in a list."],
] as const;

function OversightSection({ draft, onChange }: PolicyFieldsProps): ReactElement {
  return (
    <Section title="Oversight" lead="How owners and admins may see and revoke other members' tokens.">
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
          hint="Revocation is permanent. When off, the tokens are paused and work again when the member is reinstated."
          checked={draft.revokeOnSuspend}
          onChange={(event) => onChange({ ...draft, revokeOnSuspend: event.currentTarget.checked })}
        />
      </div>
    </Section>
  );
}

// The networks and clients that may use tokens.

function NetworkSection({ draft, onChange, errors }: PolicyFieldsProps): ReactElement {
  return (
    <Section
      title="Networks"
      lead="The networks from which tokens and API keys may be used. The preview uses the address of their last use."
    >
      <Field
        label="Allowed networks"
        optional
        error={errors["networks"]}
        hint="One per line, in CIDR notation, like 10.0.0.0/8 or 2001:db8::/32. Empty means any network. A client with an unknown address is refused."
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
  ["read-write", "Reading and writing", "A token has all its permissions over MCP."],
  ["read-only", "Reading only", "AI clients get only the tools that read."],
  ["off", "Off", "Every AI client is refused, with the policy as the reason."],
] as const;

function McpSection({ draft, onChange }: PolicyFieldsProps): ReactElement {
  return (
    <Section
      title="AI clients (MCP)"
      lead="How AI clients may use a token of this organization over MCP, the Model Context Protocol. A change applies at their next call. Turning it off also closes their open connections."
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
              This rule limits only MCP. The same token can still change data over the HTTP API, and an AI client that
              has the token can use that API. Only the ceiling limits both.
            </p>
            <Button size="small" className="mt-2.5" onClick={() => onChange({ ...draft, ceiling: "read-only" })}>
              Also set the ceiling to reading only
            </Button>
          </Callout>
        )}
      </div>
    </Section>
  );
}

interface RuleChoiceProps<Value extends string> {
  /** For screen readers. Other people see the heading of the section. */
  readonly legend: string;
  readonly name: string;
  readonly options: readonly (readonly [value: Value, label: string, hint: string])[];
  readonly chosen: Value;
  readonly onChoose: (value: Value) => void;
}

/** A rule with a few choices, each with its meaning. */
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
