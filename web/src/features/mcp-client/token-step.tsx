// The token that the client will use: a new one, made here, or one that exists. The secret of a new one is shown here,
// and goes into the configuration where that was chosen; of an existing one only its owner has it.
import type { McpClient } from "@mintmark/mcp-clients";
import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useId, useState } from "react";
import { tokensQuery } from "../../api/token.ts";
import type { MintedToken, OrganizationMembership, TokenPolicy } from "../../api/types.ts";
import { SecretPanel } from "../../credential/secret-panel.tsx";
import { TokenForm, useMintToken } from "../../credential/token-form.tsx";
import { Callout } from "../../ui/callout.tsx";
import { Choice, SelectField } from "../../ui/field.tsx";
import { focusHeading } from "../../ui/page.tsx";
import { Bar, Loading } from "../../ui/placeholder.tsx";
import { QueryView } from "../../ui/query-view.tsx";
import { McpPolicyCallout, Step } from "./step.tsx";

interface TokenStepProps {
  readonly client: McpClient;
  /** The token that is chosen, by its id. */
  readonly tokenId: string | null;
  /** A token that was made here, as long as its secret is shown. */
  readonly minted: MintedToken | null;
  /** Its secret was copied with the configuration. */
  readonly copied: boolean;
  readonly onMinted: (minted: MintedToken) => void;
  readonly onForget: () => void;
  readonly onChoose: (tokenId: string | null) => void;
}

const LEAD = "The client acts as you with it, in one organization, and can do no more than the token may.";

export function TokenStep(props: TokenStepProps): ReactElement {
  const { client, tokenId, minted, copied, onMinted, onForget, onChoose } = props;
  const [isNew, setNew] = useState(tokenId === null);
  const mint = useMintToken();
  const name = useId();
  if (minted !== null) {
    return (
      <Step number={2} title="Give it a token" lead={LEAD} done>
        <SecretPanel
          secret={minted.secret}
          what="token"
          title="Your new token"
          commands={[]}
          copiedElsewhere={copied}
          onForget={onForget}
          onDone={() => {
            setNew(false);
            onForget();
            focusHeading();
          }}
        >
          <p className="text-soft">Keep this page open until {client.name} has it: the next step says where it goes.</p>
        </SecretPanel>
      </Step>
    );
  }
  return (
    <Step number={2} title="Give it a token" lead={LEAD} done={!isNew && tokenId !== null}>
      <fieldset>
        <legend className="sr-only">Token</legend>
        <Choice
          type="radio"
          name={name}
          label="A new token"
          hint="Made here, for this client alone: you can revoke it without disturbing anything else."
          checked={isNew}
          onChange={() => {
            setNew(true);
            onChoose(null);
          }}
        />
        <Choice
          type="radio"
          name={name}
          label="A token that I have"
          hint="You need its secret at hand: Mintmark does not know it."
          checked={!isNew}
          onChange={() => setNew(false)}
        />
      </fieldset>
      {isNew ? (
        <TokenForm
          // Another client, another name.
          key={client.id}
          prefill={{ name: client.kind === "any" ? "AI client" : client.name, access: "read-only" }}
          submitLabel="Make the token"
          about={mcpPolicyOf}
          send={async (input) => onMinted(await mint(input))}
        />
      ) : (
        <ReuseField tokenId={tokenId} onChoose={onChoose} />
      )}
    </Step>
  );
}

function mcpPolicyOf(organization: OrganizationMembership, policy: TokenPolicy | null): ReactElement {
  return <McpPolicyCallout organization={organization} mcp={policy?.mcp ?? "read-write"} />;
}

interface ReuseFieldProps {
  readonly tokenId: string | null;
  readonly onChoose: (tokenId: string | null) => void;
}

/** Chooses among the tokens that work. */
function ReuseField({ tokenId, onChoose }: ReuseFieldProps): ReactElement {
  const tokens = useQuery(tokensQuery);
  return (
    <QueryView query={tokens} loading={<FieldLoading />}>
      {({ items }) => {
        const live = items.filter(({ id, state }) => state === "active" || id === tokenId);
        if (live.length === 0) {
          return <Callout title="You have no token that works">Make a new one for this client.</Callout>;
        }
        return (
          <SelectField
            label="Your token"
            value={tokenId ?? ""}
            onChange={(event) => onChoose(event.currentTarget.value === "" ? null : event.currentTarget.value)}
            hint="The configuration below holds a placeholder or a reference where its secret goes."
            className="max-w-[28rem]"
          >
            <option value="">Choose a token…</option>
            {live.map(({ id, name, prefix, organization, state }) => (
              <option key={id} value={id}>
                {`${name} (${prefix}…) in ${organization.name}${state === "active" ? "" : `, ${state}`}`}
              </option>
            ))}
          </SelectField>
        );
      }}
    </QueryView>
  );
}

function FieldLoading(): ReactElement {
  return (
    <Loading>
      <div className="grid max-w-[28rem] gap-2">
        <Bar className="w-24" />
        <Bar className="h-9" />
      </div>
    </Loading>
  );
}
