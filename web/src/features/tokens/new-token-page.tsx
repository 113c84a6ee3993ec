import { Link } from "@tanstack/react-router";
import { type ReactElement, useState } from "react";
import type { MintedToken } from "../../api/types.ts";
import { BackLink } from "../../ui/back-link.tsx";
import { buttonClass } from "../../ui/button.tsx";
import { TokenForm } from "../../mint/token-form.tsx";
import { useMintToken } from "../../mint/use-mint-token.ts";
import { FirstProofNotice } from "../../session/first-proof.tsx";
import { useInstance, useSession } from "../../session/use-session.ts";
import { Page } from "../../ui/page.tsx";
import { TokenSecret } from "./token-secret.tsx";

export function NewTokenPage(): ReactElement {
  const mint = useMintToken();
  const { user } = useSession();
  const { mail } = useInstance();
  const [minted, setMinted] = useState<MintedToken | null>(null);
  return (
    <Page
      title="New token"
      before={<BackLink to="/settings/tokens">Personal access tokens</BackLink>}
      lead="A token acts as you, in one organization. It stops when you revoke it, when it expires, and when you leave."
    >
      {!minted && mail && user.confirmingEnds && (
        <FirstProofNotice title="Confirm your email address first">
          <div className="mt-2.5">
            <Link to="/settings/profile" className={buttonClass("secondary", "small")}>
              Go to your profile
            </Link>
          </div>
        </FirstProofNotice>
      )}
      {minted ? (
        <TokenSecret minted={minted} target="curl" onForget={() => setMinted(null)} />
      ) : (
        <TokenForm
          submitLabel="New token"
          send={async (input) => setMinted(await mint(input))}
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
