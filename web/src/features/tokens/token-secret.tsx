// The new token's secret, with a command that is ready to run.
import { Link } from "@tanstack/react-router";
import { Bot } from "lucide-react";
import type { ReactElement, ReactNode } from "react";
import type { MintedToken } from "../../api/types.ts";
import { summarizePermissions } from "../../credential/permission-choice.ts";
import { SecretPanel } from "../../credential/secret-panel.tsx";
import { useInstance } from "../../session/use-session.ts";
import { buttonClass } from "../../ui/button.tsx";
import { formatDateTime } from "../../ui/time.ts";

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
          note: "The command holds the token; your shell may keep it in its history.",
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
        {target === "curl" && (
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
    <dl className="grid gap-x-6 gap-y-3 border-t border-line pt-4 sm:grid-cols-2">
      {facts.map(([term, value]) => (
        <div key={term}>
          <dt className="text-[0.8125rem] text-soft">{term}</dt>
          <dd className="font-medium wrap-anywhere">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
