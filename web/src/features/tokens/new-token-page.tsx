import { Link } from "@tanstack/react-router";
import { type ReactElement, useState } from "react";
import type { MintedToken } from "../../api/types.ts";
import { buttonClass } from "../../ui/button.tsx";
import { Page } from "../../ui/page.tsx";
import { BackToTokens } from "./back-link.tsx";
import { TokenForm } from "./token-form.tsx";
import { TokenSecret } from "./token-secret.tsx";

export function NewTokenPage(): ReactElement {
  const [minted, setMinted] = useState<MintedToken | null>(null);
  return (
    <Page
      title="New token"
      before={<BackToTokens />}
      lead="A token acts as you, in one organization. It stops when you revoke it, when it expires, and when you leave."
    >
      {minted ? (
        <TokenSecret minted={minted} target="curl" onForget={() => setMinted(null)} />
      ) : (
        <TokenForm
          submitLabel="New token"
          onMinted={setMinted}
          cancel={
            <Link to="/settings/tokens" className={buttonClass("quiet")}>
              Cancel
            </Link>
          }
        />
      )}
    </Page>
  );
}
