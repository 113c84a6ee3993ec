// All of a person's tokens, across organizations. Rule: what the list says about a token is decided in
// token-standing.ts, what the form may send in mint/mint-form.ts; both are tested without a browser. A secret is
// state of the page that minted it (new-token-page, cli-connect-page, replace-token-page) and of no cache.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Bot, Fingerprint, Plus } from "lucide-react";
import type { ReactElement } from "react";
import { tokensQuery } from "../../api/tokens.ts";
import { buttonClass } from "../../ui/button.tsx";
import { Page } from "../../ui/page.tsx";
import { EmptyState } from "../../ui/placeholder.tsx";
import { QueryView } from "../../ui/query-view.tsx";
import { TokenList } from "./token-list.tsx";

export function TokensPage(): ReactElement {
  // Again and again while it is looked at: "last used" is what tells which token is which.
  const tokens = useQuery({ ...tokensQuery, refetchInterval: 30_000 });
  return (
    <Page
      title="Personal access tokens"
      lead="Tokens let scripts, the command line and other programs act as you, each in one organization."
      action={<NewTokenLink />}
    >
      <QueryView query={tokens}>
        {({ items, nextCursor }) =>
          items.length === 0 ? <NoTokens /> : <TokenList tokens={items} incomplete={nextCursor !== null} />
        }
      </QueryView>
    </Page>
  );
}

function NewTokenLink(): ReactElement {
  return (
    <Link to="/settings/tokens/new" className={buttonClass("primary")}>
      <Plus aria-hidden="true" />
      New token
    </Link>
  );
}

function NoTokens(): ReactElement {
  return (
    <EmptyState
      icon={<Fingerprint />}
      title="You have no tokens"
      action={
        <Link to="/connect" className={buttonClass()}>
          <Bot aria-hidden="true" />
          Connect an AI client
        </Link>
      }
    >
      <p>
        Make one when a program needs to act as you. It can never do more than you can, and you can revoke it at any
        moment.
      </p>
    </EmptyState>
  );
}
