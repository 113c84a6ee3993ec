// The host product, which manages people and organizations where the directory is external: links to it, and the texts that
// pages show instead of what it does.
import type { ReactElement, ReactNode } from "react";
import type { Instance } from "../api/types.ts";
import { Callout } from "../ui/callout.tsx";
import { useInstance, useSession } from "./use-session.ts";

export type Host = NonNullable<Instance["host"]>;

/** The host where it manages people and organizations, or `null`. */
export function useDirectoryHost(): Host | null {
  const { directory, host } = useInstance();
  return directory === "external" ? host : null;
}

/** The host where it keeps this organization or account, or `null`. */
export function useKeeper({ externalId }: { readonly externalId: string | null }): Host | null {
  const host = useDirectoryHost();
  return externalId === null ? null : host;
}

/** Whether the person can sign in where a frame opens a new tab: at the host, or here with a password. */
export function useCanOpenTab(): boolean {
  const { hostSignInUrl } = useInstance();
  const { user } = useSession();
  return hostSignInUrl !== null || user.externalId === null;
}

export function HostLink({ host }: { readonly host: Host }): ReactElement {
  return (
    <a
      href={host.url}
      className="font-medium text-mint underline decoration-mint-line underline-offset-3 hover:decoration-mint"
    >
      <bdi>{host.name}</bdi>
    </a>
  );
}

/** Says that the host manages something, such as "the members of this organization". */
export function ManagedByHost({ host, what }: { readonly host: Host; readonly what: ReactNode }): ReactElement {
  return (
    <Callout>
      <HostLink host={host} /> manages {what}. Changes there are in force here at once.
    </Callout>
  );
}
