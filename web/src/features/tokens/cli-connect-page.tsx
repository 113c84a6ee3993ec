// Where `mintmark login` sends a person who has no browser on the same machine. The link may prefill the
// form; it cannot choose the organization or send anything by itself.
import { useSearch } from "@tanstack/react-router";
import { type ReactElement, useState } from "react";
import type { MintedToken } from "../../api/types.ts";
import { TokenForm } from "../../mint/token-form.tsx";
import { useMintToken } from "../../mint/use-mint-token.ts";
import { Page } from "../../ui/page.tsx";
import { TokenSecret } from "./token-secret.tsx";

export function CliConnectPage(): ReactElement {
  const prefill = useSearch({ from: "/shell/cli/connect" });
  const mint = useMintToken();
  const [minted, setMinted] = useState<MintedToken | null>(null);
  return (
    <Page
      title="Connect the command line"
      lead="The command line needs a token to act as you. Check what it asks for, then generate the token and paste it there."
    >
      {minted ? (
        <TokenSecret minted={minted} target="cli" onForget={() => setMinted(null)} />
      ) : (
        // Another link is another form.
        <TokenForm
          key={JSON.stringify(prefill)}
          prefill={prefill}
          submitLabel="Generate token"
          send={async (input) => setMinted(await mint(input))}
        />
      )}
    </Page>
  );
}
