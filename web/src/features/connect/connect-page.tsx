// Connecting an AI client, in four steps on one page. What is chosen is in the address, so that a step can be linked to
// and a reload loses nothing; a secret is state of this page alone, and gone when it is left.
import type { McpClient } from "@mintmark/mcp-clients";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type ReactElement, useState } from "react";
import type { MintedToken } from "../../api/types.ts";
import { useInstance } from "../../session/use-session.ts";
import { Page } from "../../ui/page.tsx";
import { CheckStep } from "./check-step.tsx";
import { ClientStep } from "./client-step.tsx";
import { guessSystem, readChoice, withChoice } from "./connect-choice.ts";
import { SetUpStep } from "./set-up-step.tsx";
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
      lead="AI clients such as Claude Code or Cursor can look things up here and act for you, as far as you let them. They connect over MCP, the Model Context Protocol, and need two things for it: this server’s address and a token of yours."
    >
      <div className="grid max-w-[52rem] gap-8">
        <ClientStep
          chosen={choice?.client ?? null}
          isUnknown={choice === null && search.client !== undefined}
          // Another client may not have this way of holding the secret.
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
