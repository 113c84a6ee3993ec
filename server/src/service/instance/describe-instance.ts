import type { Catalogue } from "@mintmark/core";
import type { Deps, InstanceSettings } from "../deps.ts";

/** What anyone may know of an instance, signed in or not. */
export interface InstanceView {
  /** Whether the first account exists. */
  readonly setUp: boolean;
  readonly settings: InstanceSettings;
  /** Whether letters are sent. */
  readonly mail: boolean;
  readonly catalogue: Catalogue;
}

export async function describeInstance(
  deps: Pick<Deps, "store" | "settings" | "catalogue" | "mailer">,
): Promise<InstanceView> {
  const { setUpAt } = await deps.store.reads.getInstance();
  return { setUp: setUpAt !== null, settings: deps.settings, mail: deps.mailer !== null, catalogue: deps.catalogue };
}
