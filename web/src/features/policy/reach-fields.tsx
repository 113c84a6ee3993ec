// From where, and through what, tokens may be used.
import type { ReactElement } from "react";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Section } from "../../ui/page.tsx";
import { leavesApiWritable } from "./policy-draft.ts";
import type { PolicyFieldsProps } from "./policy-fields.tsx";
import { RuleChoice } from "./rule-choice.tsx";

export function NetworkSection({ draft, onChange, errors }: PolicyFieldsProps): ReactElement {
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

export function McpSection({ draft, onChange }: PolicyFieldsProps): ReactElement {
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
          <Notice tone="warning" title="The API stays writable">
            <p>
              This rule is about MCP alone. The same token can still change things over the HTTP API, and an AI client
              that holds one can use that. Only the ceiling binds both.
            </p>
            <Button size="small" className="mt-2.5" onClick={() => onChange({ ...draft, ceiling: "read-only" })}>
              Set the ceiling to reading only too
            </Button>
          </Notice>
        )}
      </div>
    </Section>
  );
}
