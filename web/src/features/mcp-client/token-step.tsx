// The token of the client: a new one or an existing one. The secret of a new token is shown here and can be put into
// the configuration. The secret of an existing token only its owner has.
import type { McpClient } from "@mintmark/mcp-clients";
import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useId, useState } from "react";
import { tokensQuery } from "../../api/token.ts";
import type { MintedToken, MintingRules, OrganizationMembership } from "../../api/types.ts";
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
  /** The id of the chosen token. */
  readonly tokenId: string | null;
  /** The new token, while its secret is shown. */
  readonly minted: MintedToken | null;
  /** Whether its secret was copied with the configuration. */
  readonly copied: boolean;
  readonly onMinted: (minted: MintedToken) => void;
  readonly onForget: () => void;
  readonly onChoose: (tokenId: string | null) => void;
}

const LEAD = "The client acts as you in one organization, within the permissions of the token.";

export function TokenStep(props: TokenStepProps): ReactElement {
  const { client, tokenId, minted, copied, onMinted, onForget, onChoose } = props;
  const [isNew, setNew] = useState(tokenId === null);
  const mint = useMintToken();
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
          <p className="text-soft">
            Keep this page open until {client.name} has the token. The next step shows where to put it.
          </p>
        </SecretPanel>
      </Step>
    );
  }
  return (
    <Step number={2} title="Give it a token" lead={LEAD} done={!isNew && tokenId !== null}>
      <KindField
        isNew={isNew}
        onNew={() => {
          setNew(true);
          onChoose(null);
        }}
        onExisting={() => setNew(false)}
      />
      {isNew ? (
        <TokenForm
          // The name of the token follows the client.
          key={client.id}
          prefill={{ name: client.kind === "any" ? "AI client" : client.name, access: "read-only" }}
          submitLabel="Create token"
          aboutMcp={mcpPolicyOf}
          send={async (input) => onMinted(await mint(input))}
        />
      ) : (
        <ReuseField tokenId={tokenId} onChoose={onChoose} />
      )}
    </Step>
  );
}

interface KindFieldProps {
  readonly isNew: boolean;
  readonly onNew: () => void;
  readonly onExisting: () => void;
}

/** Chooses between a new token and an existing one. */
function KindField({ isNew, onNew, onExisting }: KindFieldProps): ReactElement {
  const name = useId();
  return (
    <fieldset>
      <legend className="sr-only">Token</legend>
      <Choice
        type="radio"
        name={name}
        label="A new token"
        hint="Created only for this client, so that you can revoke it without affecting anything else."
        checked={isNew}
        onChange={onNew}
      />
      <Choice
        type="radio"
        name={name}
        label="An existing token"
        hint="You need its secret, which Mintmark does not store."
        checked={!isNew}
        onChange={onExisting}
      />
    </fieldset>
  );
}

function mcpPolicyOf(organization: OrganizationMembership, mcp: MintingRules["mcp"]): ReactElement {
  return <McpPolicyCallout organization={organization} mcp={mcp} />;
}

interface ReuseFieldProps {
  readonly tokenId: string | null;
  readonly onChoose: (tokenId: string | null) => void;
}

/** Chooses an active token. */
function ReuseField({ tokenId, onChoose }: ReuseFieldProps): ReactElement {
  const tokens = useQuery(tokensQuery);
  return (
    <QueryView query={tokens} loading={<FieldLoading />}>
      {({ items }) => {
        const live = items.filter(({ id, state }) => state === "active" || id === tokenId);
        if (live.length === 0) {
          return <Callout title="You have no active token">Create a new one for this client.</Callout>;
        }
        return (
          <SelectField
            label="Your token"
            value={tokenId ?? ""}
            onChange={(event) => onChoose(event.currentTarget.value === "" ? null : event.currentTarget.value)}
            hint="The configuration below has a placeholder or a reference in place of its secret."
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
