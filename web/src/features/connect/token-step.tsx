// The token that the client will use: a new one, made here, or one that exists. The secret of a new one is shown here,
// and goes into the configuration where that was chosen; of an existing one only its owner has it.
import type { McpClient } from "@mintmark/mcp-clients";
import { type ReactElement, useId, useState } from "react";
import type { MintedToken, OrganizationMembership, TokenPolicy } from "../../api/types.ts";
import { focusHeading } from "../../credential/focus-heading.ts";
import { SecretPanel } from "../../credential/secret-panel.tsx";
import { TokenForm } from "../../mint/token-form.tsx";
import { useMintToken } from "../../mint/use-mint-token.ts";
import { Choice } from "../../ui/field.tsx";
import { McpPolicyNotice } from "./mcp-policy-notice.tsx";
import { ReuseField } from "./reuse-field.tsx";
import { Step } from "./step.tsx";

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
  return <McpPolicyNotice organization={organization} mcp={policy?.mcp ?? "read-write"} />;
}
