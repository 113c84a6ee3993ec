// Where the secret stays once the client is connected, and what each way means.
import { type McpClient, type McpHolding, TOKEN_VARIABLE } from "@mintmark/mcp-clients";
import { type ReactElement, useId } from "react";
import { Badge } from "../../ui/badge.tsx";
import { Choice } from "../../ui/field.tsx";
import { Notice } from "../../ui/notice.tsx";

interface HoldingFieldProps {
  readonly client: McpClient;
  readonly chosen: McpHolding;
  readonly onChoose: (holding: McpHolding) => void;
}

export function HoldingField({ client, chosen, onChoose }: HoldingFieldProps): ReactElement {
  const name = useId();
  return (
    <fieldset className="grid gap-1">
      <legend className="mb-1 font-medium">Where the token is kept</legend>
      {client.holdings.map((holding, index) => (
        <Choice
          key={holding}
          type="radio"
          name={name}
          value={holding}
          label={
            <>
              {LABELS[holding]}
              {index === 0 && (
                <span className="ml-2 inline-block align-middle">
                  <Badge tone="good">Recommended</Badge>
                </span>
              )}
            </>
          }
          hint={hintOf(holding, client.name)}
          checked={holding === chosen}
          onChange={() => onChoose(holding)}
        />
      ))}
      {chosen === "literal" && (
        <Notice tone="warning" title="The token will stand in a file" className="mt-2">
          Backups, synchronized folders, screen sharing or a commit by mistake can give it away, and whoever has it acts
          as you until it is revoked.
          {client.holdings[0] === "literal" ? "" : " Choose another way if you can."}
        </Notice>
      )}
    </fieldset>
  );
}

const LABELS: Record<McpHolding, string> = {
  environment: "In an environment variable",
  prompt: "In the client's own safe storage",
  bridge: "In your system's keyring",
  literal: "In the configuration file",
};

function hintOf(holding: McpHolding, client: string): string {
  switch (holding) {
    case "environment":
      return `The file only names ${TOKEN_VARIABLE}. You set it in a terminal and start ${client} from there; it is gone when the terminal closes.`;
    case "prompt":
      return `${client} asks you for the token once and keeps it encrypted. The file holds no secret.`;
    case "bridge":
      return `${client} starts the mintmark command, which takes the token from the keyring for each call. The file holds no secret.`;
    case "literal":
      return "The simplest way, and the least safe one.";
  }
}
