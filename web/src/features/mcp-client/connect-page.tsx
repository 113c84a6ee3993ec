// Connects an AI client in four steps on one page. The choices are in the address, so that a link or a reload keeps
// them. Only this page holds a new secret.
import { MCP_CLIENTS, type McpClient } from "@mintmark/mcp-clients";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { AppWindow, Code, type LucideIcon, Plug, SquareTerminal } from "lucide-react";
import { type ReactElement, useState } from "react";
import type { MintedToken } from "../../api/types.ts";
import { useInstance } from "../../session/use-session.ts";
import { Callout } from "../../ui/callout.tsx";
import { classNames } from "../../ui/class-names.ts";
import { TextField } from "../../ui/field.tsx";
import { Page } from "../../ui/page.tsx";
import { CheckStep } from "./check-step.tsx";
import { findClients, guessSystem, onlyClient, readChoice, withChoice } from "./connect-choice.ts";
import { SetUpStep } from "./set-up-step.tsx";
import { Step } from "./step.tsx";
import { TokenStep } from "./token-step.tsx";

export function ConnectPage(): ReactElement {
  const search = useSearch({ from: "/shell/connect" });
  const navigate = useNavigate();
  const { baseUrl } = useInstance();
  const [minted, setMinted] = useState<MintedToken | null>(null);
  const [secretCopied, setSecretCopied] = useState(false);
  const [connected, setConnected] = useState(false);
  const choice = readChoice(search, guessSystem(navigator.userAgent));
  const tokenId = minted?.token.id ?? search.token ?? null;

  function choose(change: Parameters<typeof withChoice>[1]): void {
    void navigate({ to: "/connect", search: withChoice(search, change), replace: true, resetScroll: false });
  }

  return (
    <Page
      title="Connect an AI client"
      lead="AI clients such as Claude Code or Cursor can read data here and act for you, within the permissions of a token. They connect over MCP, the Model Context Protocol, and need this server’s address and one of your tokens."
    >
      <div className="grid max-w-[52rem] gap-8">
        <ClientStep
          chosen={choice?.client ?? null}
          isUnknown={choice === null && search.client !== undefined}
          // Another client may not support this place for the secret.
          onChoose={(client: McpClient) => choose({ client: client.id, holding: null })}
        />
        {choice !== null && (
          <>
            <TokenStep
              client={choice.client}
              tokenId={tokenId}
              minted={minted}
              copied={secretCopied}
              onMinted={(token) => {
                setSecretCopied(false);
                setMinted(token);
                choose({ token: token.token.id });
              }}
              onForget={() => setMinted(null)}
              onChoose={(token) => choose({ token })}
            />
            <SetUpStep
              choice={choice}
              url={`${baseUrl}/mcp`}
              secret={minted?.secret ?? null}
              done={connected && tokenId !== null}
              onHolding={(holding) => choose({ holding })}
              onSystem={(system) => choose({ system })}
              onSecretCopied={() => setSecretCopied(true)}
            />
            <CheckStep client={choice.client} tokenId={tokenId} onConnected={setConnected} />
          </>
        )}
      </div>
    </Page>
  );
}

// Chooses the client: cards that are radio buttons, and a search field.

const ICONS: Record<McpClient["kind"], LucideIcon> = {
  terminal: SquareTerminal,
  editor: Code,
  app: AppWindow,
  any: Plug,
};

interface ClientStepProps {
  readonly chosen: McpClient | null;
  /** Whether the address names a client that is not in the list. */
  readonly isUnknown: boolean;
  readonly onChoose: (client: McpClient) => void;
}

export function ClientStep({ chosen, isUnknown, onChoose }: ClientStepProps): ReactElement {
  const [typed, setTyped] = useState("");
  const found = findClients(MCP_CLIENTS, typed);
  const only = onlyClient(found, typed);
  return (
    <Step number={1} title="Choose your client" done={chosen !== null}>
      {isUnknown && (
        <Callout title="The link names a client that is not in this list">
          Choose your client, or “Another client”, which works for most.
        </Callout>
      )}
      <search>
        <TextField
          label="Find your client"
          type="search"
          autoComplete="off"
          placeholder="Claude, Cursor, terminal…"
          value={typed}
          className="max-w-[20rem]"
          onChange={(event) => setTyped(event.currentTarget.value)}
          onKeyDown={(event) => {
            // Enter chooses a client only if no other one matches.
            if (event.key === "Enter" && only !== null) onChoose(only);
          }}
        />
      </search>
      <output className="sr-only">{typed.trim() === "" ? "" : foundInWords(found.length - 1)}</output>
      <fieldset>
        <legend className="sr-only">Client</legend>
        <div className="grid grid-cols-2 sm:grid-cols-[repeat(auto-fill,minmax(13.5rem,1fr))] gap-2">
          {found.map((client) => (
            <ClientCard key={client.id} client={client} checked={client === chosen} onChoose={() => onChoose(client)} />
          ))}
        </div>
      </fieldset>
    </Step>
  );
}

function foundInWords(count: number): string {
  if (count === 0) return "No client has that name. Choose “Another client”.";
  return count === 1 ? "1 client found." : `${count} clients found.`;
}

interface ClientCardProps {
  readonly client: McpClient;
  readonly checked: boolean;
  readonly onChoose: () => void;
}

function ClientCard({ client, checked, onChoose }: ClientCardProps): ReactElement {
  const Icon = ICONS[client.kind];
  return (
    <label
      className={classNames(
        "relative flex gap-2.5 rounded-control border px-3 py-2.5 forced-colors:has-checked:forced-color-adjust-none has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-mint",
        checked ? "border-mint bg-mint-wash" : "border-control/70 bg-surface hover:bg-sunken",
      )}
    >
      <input
        type="radio"
        name="client"
        value={client.id}
        checked={checked}
        onChange={onChoose}
        className="absolute inset-0 appearance-none rounded-control outline-none"
      />
      <Icon className={classNames("mt-0.5 size-4 shrink-0", checked ? "text-mint" : "text-faint")} aria-hidden="true" />
      <span className="grid min-w-0 content-start gap-0.5">
        <span className={classNames("font-medium", checked && "text-mint")}>{client.name}</span>
        <span className="hidden text-[0.8125rem] leading-4.5 text-soft sm:block">{client.description}</span>
      </span>
    </label>
  );
}
