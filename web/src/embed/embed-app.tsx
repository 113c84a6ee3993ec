// The framed page: the tokens of one membership, the form for a new one, and its replacement. It has the addresses of the
// full app in memory, so that the pages of tokens are the same ones. Everything else opens in a new tab.
import { type QueryClient, QueryClientProvider, useQueryClient } from "@tanstack/react-query";
import {
  createMemoryHistory,
  createRootRouteWithContext,
  createRoute,
  createRouter,
  type ErrorComponentProps,
  lazyRouteComponent,
  Outlet,
  RouterProvider,
  useRouter,
} from "@tanstack/react-router";
import { KeyRound } from "lucide-react";
import { type ReactElement, useCallback, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { instanceQuery } from "../api/admin.ts";
import { reportSignedIn } from "../api/client.ts";
import { Problem, toProblem } from "../api/problem.ts";
import { createQueryClient } from "../app/app.tsx";
import type { AppRouter } from "../app/router.tsx";
import { sessionQuery } from "../api/session.ts";
import { EmbeddedTokens } from "../features/token/embedded-tokens.tsx";
import { AnnouncerProvider, useAnnounce } from "../ui/announcer.tsx";
import { Button, buttonClass } from "../ui/button.tsx";
import { Callout } from "../ui/callout.tsx";
import { DialogsInPlace } from "../ui/dialog.tsx";
import { EmptyState, LoadingRows } from "../ui/placeholder.tsx";
import { ActionCancelled, type Retry, RetryContext, useAction } from "../ui/use-action.ts";
import { refuseCoveredClicks } from "./cover.ts";
import { NO_HAND_OFF } from "./host-link.ts";
import type { PageToken } from "./page-token.ts";

export function EmbedApp({ token }: { readonly token: PageToken }): ReactElement {
  const [queryClient] = useState(createQueryClient);
  const [router] = useState(() => createEmbedRouter(queryClient));
  return (
    <QueryClientProvider client={queryClient}>
      <AnnouncerProvider>
        <DialogsInPlace value={true}>
          <CoveredClicks />
          <LinksOut />
          <Access token={token}>
            {/* The type is that of the full app's router, whose addresses these are. */}
            <RouterProvider router={router as unknown as AppRouter} />
          </Access>
        </DialogsInPlace>
      </AnnouncerProvider>
    </QueryClientProvider>
  );
}

const root = createRootRouteWithContext<{ queryClient: QueryClient }>()({ component: Outlet });

const shell = createRoute({
  getParentRoute: () => root,
  id: "shell",
  beforeLoad: async ({ context: { queryClient } }) => {
    await Promise.all([queryClient.ensureQueryData(sessionQuery), queryClient.ensureQueryData(instanceQuery)]);
  },
  pendingComponent: LoadingRows,
  errorComponent: NotOpened,
});

const tokens = createRoute({ getParentRoute: () => shell, path: "/settings/tokens", component: EmbeddedTokens });

const newToken = createRoute({
  getParentRoute: () => shell,
  path: "/settings/tokens/new",
  component: lazyRouteComponent(() => import("../features/token/new-token-page.tsx"), "NewTokenPage"),
});

const replaceToken = createRoute({
  getParentRoute: () => shell,
  path: "/settings/tokens/$tokenId/replace",
  component: lazyRouteComponent(() => import("../features/token/replace-token-page.tsx"), "ReplaceTokenPage"),
});

const START = "/settings/tokens";

function createEmbedRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree: root.addChildren([shell.addChildren([tokens, newToken, replaceToken])]),
    history: createMemoryHistory({ initialEntries: [START] }),
    context: { queryClient },
    defaultRemountDeps: ({ params }) => params,
    defaultPreload: "intent",
    defaultPendingMs: 0,
    defaultPendingMinMs: 0,
  });
}

/** The page could not get its data at the start: the host made no hand-off, or the server did not respond. */
function NotOpened({ error, reset }: ErrorComponentProps): ReactElement {
  const router = useRouter();
  const { title, detail } = toProblem(error);
  const retry = (): void => {
    reset();
    void router.invalidate();
  };
  return (
    <EmptyState icon={<KeyRound />} title={title} action={<Button onClick={retry}>Try again</Button>}>
      <p>{detail}</p>
    </EmptyState>
  );
}

/** Somebody has opened the address of the frame by itself. */
export function NotFramed(): ReactElement {
  return (
    <EmptyState
      icon={<KeyRound />}
      title="This page is a part of another site"
      action={
        <a href={START} className={buttonClass("primary")}>
          Go to your tokens
        </a>
      }
    >
      <p>It works only inside that site.</p>
    </EmptyState>
  );
}

// When the host has to confirm who the person is.

interface AccessProps {
  readonly token: PageToken;
  readonly children: ReactElement;
}

/**
 * Renews the token where a refusal asks for it. When the host makes no hand-off, a message above the page says so, and the
 * page keeps what was typed.
 */
function Access({ token, children }: AccessProps): ReactElement {
  const isLost = useSyncExternalStore(token.subscribe, token.isLost);
  const queryClient = useQueryClient();
  const action = useAction();
  const wasOpened = queryClient.getQueryData(sessionQuery.queryKey) !== undefined;
  const withConfirmation = useCallback<Retry>(
    async (work) => {
      try {
        return await work();
      } catch (error) {
        if (!needsConfirmation(error)) throw shownAbove(error);
      }
      try {
        await token.renew("reauthentication");
        return await work();
      } catch (error) {
        throw needsConfirmation(error) ? notConfirmed() : shownAbove(error);
      }
    },
    [token],
  );
  const renew = async (): Promise<void> => {
    await token.renew("renewal");
    // Forms that failed for the lack of it show so no longer.
    reportSignedIn();
    await queryClient.invalidateQueries();
  };
  return (
    <>
      {isLost && wasOpened && <Lost busy={action.pending} onRetry={() => void action.run(renew)} />}
      <RetryContext value={withConfirmation}>{children}</RetryContext>
    </>
  );
}

/** Comes into sight: the button that needed the hand-off may be far below. */
function Lost({ busy, onRetry }: { readonly busy: boolean; readonly onRetry: () => void }): ReactElement {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // In braces: some browsers return a promise, which is no clean-up.
    place.current?.scrollIntoView({ block: "nearest" });
  }, []);
  return (
    <div ref={place}>
      <Callout tone="warning" live="alert" title="This page could not confirm who you are" className="mb-4">
        <p>You may be signed out of the site around it. Sign in there in another tab. What you entered here is kept.</p>
        <Button size="small" className="mt-2.5" busy={busy} onClick={onRetry}>
          Try again
        </Button>
      </Callout>
    </div>
  );
}

function needsConfirmation(error: unknown): boolean {
  return error instanceof Problem && error.code === "reauthentication_required";
}

function notConfirmed(): Problem {
  return new Problem({
    status: 403,
    code: "reauthentication_required",
    title: "The site around this page has to confirm that it is you",
    detail: "Sign out there and in again, then come back and try again.",
  });
}

/** Without a hand-off, the message above the page is enough: the form shows no second one. */
function shownAbove(error: unknown): unknown {
  return error instanceof Problem && error.code === NO_HAND_OFF ? new ActionCancelled() : error;
}

/** The pages that the frame shows. */
const IN_FRAME = /^\/settings\/tokens(?:\/new|\/[^/]+\/replace)?$/;

/** Opens every other page of the app in a new tab: the frame has no room, and no session for it. */
function LinksOut(): null {
  useEffect(() => {
    const open = ({ target }: MouseEvent): void => {
      const link = target instanceof Element ? target.closest("a") : null;
      if (link === null || IN_FRAME.test(link.pathname)) return;
      link.target = "_blank";
      link.rel = "noopener";
    };
    document.addEventListener("click", open, { capture: true });
    return () => document.removeEventListener("click", open, { capture: true });
  }, []);
  return null;
}

/** Says why a click did not count. */
function CoveredClicks(): null {
  const announce = useAnnounce();
  useEffect(() => {
    const text = "Your click was ignored: something lay over the button, or it had only just appeared. Click it again.";
    return refuseCoveredClicks(() => announce(text, { failed: true }));
  }, [announce]);
  return null;
}
