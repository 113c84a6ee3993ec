import { Fact, Facts } from "../../ui/facts.tsx";
import { Link, useSearch } from "@tanstack/react-router";
import { Bot } from "lucide-react";
import { type ReactElement, type ReactNode, use, useState } from "react";
import type { MintedToken } from "../../api/types.ts";
import { summarizePermissions } from "../../credential/permission-choice.ts";
import { SecretPanel } from "../../credential/secret-panel.tsx";
import { TokenForm, useMintToken } from "../../credential/token-form.tsx";
import { FirstProofCallout } from "../../session/first-proof.tsx";
import { useCanOpenTab } from "../../session/host.tsx";
import { useInstance, useSession } from "../../session/use-session.ts";
import { buttonClass } from "../../ui/button.tsx";
import { DialogsInPlace } from "../../ui/dialog.tsx";
import { BackLink, Page } from "../../ui/page.tsx";
import { formatDateTime } from "../../ui/time.ts";

export function NewTokenPage(): ReactElement {
  const mint = useMintToken();
  const { user, handOff } = useSession();
  const { mail } = useInstance();
  const [minted, setMinted] = useState<MintedToken | null>(null);
  return (
    <Page
      title="New token"
      before={<BackLink to="/settings/tokens">Personal access tokens</BackLink>}
      lead="A token acts as you, in one organization. It stops working when you revoke it, when it expires, or when you leave the organization."
    >
      {!minted && mail && user.confirmingEnds && handOff === null && (
        <FirstProofCallout title="Confirm your email address first">
          <div className="mt-2.5">
            <Link to="/settings/profile" className={buttonClass("secondary", "small")}>
              Go to your profile
            </Link>
          </div>
        </FirstProofCallout>
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

// The secret of a new token, with a command that is ready to run.

interface TokenSecretProps {
  readonly minted: MintedToken;
  readonly target: "curl" | "cli";
  readonly title?: string;
  readonly onForget: () => void;
  readonly children?: ReactNode;
}

export function TokenSecret({
  minted,
  target,
  title = "Your new token",
  onForget,
  children,
}: TokenSecretProps): ReactElement {
  const { baseUrl } = useInstance();
  const isFramed = use(DialogsInPlace);
  const canOpenTab = useCanOpenTab();
  const command =
    target === "cli"
      ? {
          label: "Back on the command line",
          code: "mintmark login --with-token",
          note: (
            <>
              Run this and paste the token when it asks. The first time, name this server too:{" "}
              <code className="font-mono">--host {baseUrl}</code>
            </>
          ),
          holdsSecret: false,
        }
      : {
          label: "Try it",
          code: `curl --header "Authorization: Bearer ${minted.secret}" ${baseUrl}/api/whoami`,
          note: "The command holds the token, and your shell may keep it in its history.",
          holdsSecret: true,
        };
  return (
    <SecretPanel secret={minted.secret} what="token" title={title} commands={[command]} onForget={onForget}>
      <TokenFacts minted={minted} />
      {children}
      <div className="flex flex-wrap gap-2">
        <Link to="/settings/tokens" className={buttonClass()}>
          Done
        </Link>
        {target === "curl" && (!isFramed || canOpenTab) && (
          <Link to="/connect" search={{ token: minted.token.id }} className={buttonClass("quiet")}>
            <Bot aria-hidden="true" />
            Use it in an AI client
          </Link>
        )}
      </div>
    </SecretPanel>
  );
}

function TokenFacts({ minted: { token } }: { readonly minted: MintedToken }): ReactElement {
  const facts = [
    ["Name", token.name],
    ["Organization", token.organization.name],
    ["Permissions", summarizePermissions(token.permissions)],
    ["Expires", token.expiresAt === null ? "Never" : formatDateTime(token.expiresAt)],
  ] as const;
  return (
    <div className="border-t border-line pt-4">
      <Facts look="plain">
        {facts.map(([term, value]) => (
          <Fact key={term} term={term}>
            {value}
          </Fact>
        ))}
      </Facts>
    </div>
  );
}

// The page of a link that prefills the form, for people who paste a token into the command. The link cannot choose the
// organization or submit the form.

export function CliConnectPage(): ReactElement {
  const prefill = useSearch({ from: "/shell/cli/connect" });
  const mint = useMintToken();
  const [minted, setMinted] = useState<MintedToken | null>(null);
  return (
    <Page
      title="Connect the command line"
      lead="The command line needs a token to act as you. Check the requested permissions, then generate the token and paste it there."
    >
      {minted ? (
        <TokenSecret minted={minted} target="cli" onForget={() => setMinted(null)} />
      ) : (
        // Another link resets the form.
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
