// The form for a new token. The page decides what to do with it: mint the token, or approve a login.
import { NAME_MAX_LENGTH } from "@mintmark/core";
import { useQuery, useQueryClient, type UseQueryResult } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { NOTICES_KEY } from "../api/notice.ts";
import { mintingRulesQuery } from "../api/policy.ts";
import { incompleteForm } from "../api/problem.ts";
import { type MintInput, mintToken, tokensQuery } from "../api/token.ts";
import type { MintedToken, MintingRules, OrganizationMembership } from "../api/types.ts";
import { can } from "../session/permission.ts";
import { useInstance, useOrganization, useOrganizations, useSession } from "../session/use-session.ts";
import { Button } from "../ui/button.tsx";
import { Callout } from "../ui/callout.tsx";
import { Choice, SelectField, TextField } from "../ui/field.tsx";
import { Form } from "../ui/form.tsx";
import { Bar } from "../ui/placeholder.tsx";
import { QueryView } from "../ui/query-view.tsx";
import { isolated } from "../ui/text.ts";
import { useAction } from "../ui/use-action.ts";
import { ExpiryField, ExpiryFieldLoading } from "./expiry-field.tsx";
import {
  fitDraft,
  type MintDraft,
  type MintPrefill,
  mintRequest,
  mintRules,
  type MintRules,
  startDraft,
  unavailablePermissions,
} from "./mint-form.ts";
import { PermissionPicker } from "./permission-picker.tsx";

interface TokenFormProps {
  readonly prefill?: MintPrefill;
  readonly submitLabel: string;
  /** Sends the form. It is called again after the person has confirmed the password. */
  readonly send: (input: MintInput) => Promise<void>;
  /** A message about the effect of the rules of the chosen organization on AI clients, in place of the usual one. */
  readonly aboutMcp?: (organization: OrganizationMembership, mcp: MintingRules["mcp"]) => ReactElement | null;
  /** Beside the button that sends. */
  readonly cancel?: ReactElement;
}

const FIELDS = ["name", "organizationId", "expiresAt", "expiresInDays", "permissions"];
const NO_PREFILL: MintPrefill = {};

export function TokenForm({ prefill = NO_PREFILL, submitLabel, send, aboutMcp, cancel }: TokenFormProps): ReactElement {
  const action = useAction();
  const { organization, organizations, policy, rules, draft, change, submit } = useTokenDraft(prefill, send);
  // The session of a hand-off has one organization, so there is nothing to choose.
  const isHandedOff = useSession().handOff !== null;
  return (
    <Form
      action={action}
      fields={FIELDS}
      label={submitLabel}
      onSubmit={(values) => submit(values.text("name"))}
      className="grid max-w-[42rem] gap-7"
    >
      <NameField prefill={prefill} error={action.fieldErrors["name"]} />
      {isHandedOff ? (
        <p className="text-soft">
          <OrganizationHint organization={organization} />
        </p>
      ) : (
        <OrganizationField
          organization={organization}
          organizations={organizations}
          error={action.fieldErrors["organizationId"]}
          onChange={(organizationId) => change({ organizationId })}
        />
      )}
      {policy.data && aboutMcp?.(organization, policy.data.mcp)}
      {rules.refusal ? (
        <Callout tone="warning" live="status" title="You cannot mint a token here">
          {rules.refusal}
        </Callout>
      ) : (
        <QueryView query={policy} loading={<LimitFieldsLoading />}>
          {() => (
            <LimitFields
              organization={organization}
              draft={draft}
              rules={aboutMcp === undefined ? rules : { ...rules, mcpNote: null }}
              missing={unavailablePermissions(prefill, rules)}
              errors={action.fieldErrors}
              onChange={change}
            />
          )}
        </QueryView>
      )}
      <div className="flex flex-wrap gap-2 border-t border-line pt-5">
        <Button
          type="submit"
          kind="primary"
          busy={action.pending}
          disabled={policy.data === undefined || rules.refusal !== null}
        >
          {submitLabel}
        </Button>
        {cancel}
      </div>
    </Form>
  );
}

interface TokenDraft {
  readonly organization: OrganizationMembership;
  readonly organizations: readonly OrganizationMembership[];
  readonly policy: UseQueryResult<MintingRules>;
  readonly rules: MintRules;
  /** The choices of the person, without those that the rules forbid. */
  readonly draft: MintDraft;
  readonly change: (change: Partial<MintDraft>) => void;
  readonly submit: (name: string) => Promise<void>;
}

/** Holds the choices, and the rules of the chosen organization. */
function useTokenDraft(prefill: MintPrefill, send: TokenFormProps["send"]): TokenDraft {
  const active = useOrganization();
  const instance = useInstance();
  const [chosen, setChosen] = useState(() => startDraft(active.id, prefill, Date.now()));
  const organizations = useOrganizations();
  const organization = organizations.find(({ id }) => id === chosen.organizationId) ?? active;
  const mayMint = can(organization, "tokens:create");
  const policy = useQuery({ ...mintingRulesQuery(organization.id), enabled: mayMint });
  const rules = mintRules(organization, policy.data ?? null, instance);
  const draft = fitDraft(chosen, rules);

  async function submit(name: string): Promise<void> {
    const request = mintRequest(name, { ...draft, organizationId: organization.id }, rules, Date.now());
    if (!request.ok) throw incompleteForm(request.errors);
    try {
      await send(request.input);
    } catch (error) {
      // The rules may have changed since the form showed them.
      void policy.refetch();
      throw error;
    }
  }

  const change = (next: Partial<MintDraft>): void => setChosen({ ...chosen, ...next });
  return { organization, organizations, policy, rules, draft, change, submit };
}

interface NameFieldProps {
  readonly prefill: MintPrefill;
  readonly error: string | undefined;
}

function NameField({ prefill, error }: NameFieldProps): ReactElement {
  return (
    <TextField
      label="Name"
      name="name"
      required
      maxLength={NAME_MAX_LENGTH}
      autoComplete="off"
      defaultValue={prefill.name?.slice(0, NAME_MAX_LENGTH) ?? ""}
      hint="What will use it, and where: “CI deploy”, “backup script on nas”."
      error={error}
      className="max-w-[28rem]"
    />
  );
}

interface OrganizationFieldProps {
  readonly organization: OrganizationMembership;
  readonly organizations: readonly OrganizationMembership[];
  readonly error?: string | undefined;
  readonly onChange: (id: string) => void;
}

function OrganizationField({ organization, organizations, error, onChange }: OrganizationFieldProps): ReactElement {
  return (
    <SelectField
      label="Organization"
      name="organizationId"
      value={organization.id}
      onChange={(event) => onChange(event.currentTarget.value)}
      className="max-w-[28rem]"
      error={error}
      hint={<OrganizationHint organization={organization} />}
    >
      {organizations.map(({ id, name, personal, state }) => (
        <option key={id} value={id}>
          {name}
          {personal ? " (personal)" : ""}
          {state === "suspended" ? " (suspended)" : ""}
        </option>
      ))}
    </SelectField>
  );
}

function OrganizationHint({ organization }: Pick<OrganizationFieldProps, "organization">): ReactElement {
  return (
    <>
      The token works in <bdi>{organization.name}</bdi> only, as long as you are a member. Your role there is{" "}
      <strong className="font-medium text-ink">{organization.role}</strong>.
    </>
  );
}

interface LimitFieldsProps {
  readonly organization: OrganizationMembership;
  readonly draft: MintDraft;
  readonly rules: MintRules;
  /** Permissions in the link that cannot be given here. */
  readonly missing: readonly string[];
  readonly errors: Readonly<Record<string, string>>;
  readonly onChange: (change: Partial<MintDraft>) => void;
}

/** How long the token works, and what it may do. */
function LimitFields({ organization, draft, rules, missing, errors, onChange }: LimitFieldsProps): ReactElement {
  return (
    <>
      <ExpiryField
        choice={draft.expiry}
        onChange={(expiry) => onChange({ expiry })}
        limits={rules.limits}
        limitReason={rules.limitReason}
        what="token"
        error={errors["expiresAt"] ?? errors["expiresInDays"]}
      />
      <AccessField
        organization={organization}
        draft={draft}
        rules={rules}
        missing={missing}
        error={errors["permissions"]}
        onChange={onChange}
      />
      <BindingNotes
        organization={organization}
        notes={[...rules.bindingNotes, ...(rules.mcpNote ? [rules.mcpNote] : [])]}
      />
    </>
  );
}

/** The rules for the use of the token that nothing in the form shows. */
function BindingNotes({
  organization,
  notes,
}: {
  readonly organization: OrganizationMembership;
  readonly notes: readonly string[];
}): ReactElement | null {
  if (notes.length === 0) return null;
  return (
    <Callout title={`The token policy of ${isolated(organization.name)} also limits its use`}>
      <ul className="grid list-disc gap-1 pl-4">
        {notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </Callout>
  );
}

function LimitFieldsLoading(): ReactElement {
  return (
    <div className="grid gap-7">
      <ExpiryFieldLoading />
      <div aria-hidden="true" className="grid gap-4">
        <Bar className="w-28" />
        <Bar className="h-9 w-full" />
        <Bar className="h-9 w-full" />
        <Bar className="h-9 w-full" />
      </div>
    </div>
  );
}

// The permissions of a token: those of the role, those that only read, or a list.

interface AccessFieldProps extends Omit<LimitFieldsProps, "errors" | "onChange"> {
  readonly error?: string | undefined;
  readonly onChange: (change: Pick<Partial<MintDraft>, "access" | "permissions">) => void;
}

function AccessField({ organization, draft, rules, missing, error, onChange }: AccessFieldProps): ReactElement {
  return (
    <div className="grid gap-3">
      <fieldset>
        <legend className="mb-1 font-medium">Permissions</legend>
        <Choice
          type="radio"
          name="access"
          value="role"
          label="Whole role"
          hint={`It always has your permissions in ${isolated(organization.name)}. When your role changes, so do they.`}
          checked={draft.access === "role"}
          onChange={() => onChange({ access: "role" })}
        />
        <Choice
          type="radio"
          name="access"
          value="read-only"
          label="Read only"
          hint="It can read everything that you can read now, and change nothing."
          checked={draft.access === "read-only"}
          onChange={() => onChange({ access: "read-only" })}
        />
        <Choice
          type="radio"
          name="access"
          value="list"
          label="Chosen permissions only"
          hint="It never gets more permissions than you choose now, even if your role does."
          checked={draft.access === "list"}
          onChange={() => onChange({ access: "list" })}
        />
      </fieldset>
      {rules.ceilingNote && <Callout>{rules.ceilingNote}</Callout>}
      {missing.length > 0 && (
        <Callout tone="warning" title="The link requests more than you can give here">
          Not included: <span className="font-mono text-[0.8125rem]">{missing.join(", ")}</span>. Choose another
          organization, or continue without them.
        </Callout>
      )}
      {draft.access === "list" && (
        <PermissionPicker
          label="Chosen permissions"
          available={rules.available}
          chosen={draft.permissions}
          onChange={(permissions) => onChange({ permissions })}
          error={error}
        />
      )}
    </div>
  );
}

/** Mints a token and refreshes the lists that show it. The response with the secret is not cached. */
export function useMintToken(): (input: MintInput) => Promise<MintedToken> {
  const queryClient = useQueryClient();
  return async (input) => {
    const minted = await mintToken(input);
    await queryClient.invalidateQueries({ queryKey: tokensQuery.queryKey });
    void queryClient.invalidateQueries({ queryKey: NOTICES_KEY });
    return minted;
  };
}
