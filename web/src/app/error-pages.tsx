// The pages for an unknown address, for a server that does not respond, and for a bug.
import { useQueryErrorResetBoundary } from "@tanstack/react-query";
import { type ErrorComponentProps, Link, useRouter } from "@tanstack/react-router";
import { Compass, ServerOff } from "lucide-react";
import { type ReactElement, useEffect } from "react";
import { isTransient, toProblem } from "../api/problem.ts";
import { Button, buttonClass } from "../ui/button.tsx";
import { Page } from "../ui/page.tsx";
import { EmptyState, LoadFailure } from "../ui/placeholder.tsx";
import { BareFrame } from "./public-frame.tsx";
import { ShellFrame } from "./shell.tsx";

/** An unknown address inside the frame, for people who are signed in. */
export function NotFoundInShell(): ReactElement {
  return (
    <ShellFrame>
      <NotFound />
    </ShellFrame>
  );
}

export function NotFoundPage(): ReactElement {
  return (
    <BareFrame>
      <NotFound />
    </BareFrame>
  );
}

function NotFound(): ReactElement {
  return (
    <Page title="Page not found">
      <EmptyState
        icon={<Compass />}
        title="There is nothing at this address"
        action={
          <Link to="/" className={buttonClass("primary")}>
            Go to your tokens
          </Link>
        }
      >
        <p>The link may be old or incomplete. Open links that hold a code or a token in full.</p>
      </EmptyState>
    </Page>
  );
}

/** The app could not start, usually because the server is down. The page retries. */
export function AppErrorPage({ error, reset }: ErrorComponentProps): ReactElement {
  const retry = useRetry(reset);
  const unreachable = isTransient(error);
  useEffect(() => {
    if (!unreachable) return undefined;
    const timer = setInterval(retry, 10_000);
    return () => clearInterval(timer);
  }, [retry, unreachable]);
  return (
    <BareFrame>
      <Page title={unreachable ? "Mintmark is not responding" : "Something went wrong"}>
        {unreachable ? (
          <EmptyState
            icon={<ServerOff />}
            title={toProblem(error).title}
            action={<Button onClick={retry}>Try again</Button>}
          >
            <p>{toProblem(error).detail}</p>
            <p className="mt-2">This page tries again every ten seconds.</p>
          </EmptyState>
        ) : (
          <LoadFailure error={error} onRetry={retry} />
        )}
      </Page>
    </BareFrame>
  );
}

/** One page failed; the navigation around it still works. */
export function PageError({ error, reset }: ErrorComponentProps): ReactElement {
  const retry = useRetry(reset);
  return (
    <Page title="This page could not be shown">
      <LoadFailure error={error} onRetry={retry} />
    </Page>
  );
}

function useRetry(reset: () => void): () => void {
  const router = useRouter();
  const queries = useQueryErrorResetBoundary();
  return () => {
    queries.reset();
    reset();
    void router.invalidate();
  };
}
