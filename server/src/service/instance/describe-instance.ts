import type { Catalogue } from "@mintmark/core";
import type { Deps, InstanceSettings } from "../deps.ts";

/** What anyone may know of an instance, signed in or not. */
export interface InstanceView {
  /** Whether the first account exists. */
  readonly setUp: boolean;
  readonly settings: InstanceSettings;
  readonly catalogue: Catalogue;
}

export async function describeInstance(deps: Pick<Deps, "store" | "settings" | "catalogue">): Promise<InstanceView> {
  const { setUpAt } = await deps.store.reads.getInstance();
  return { setUp: setUpAt !== null, settings: deps.settings, catalogue: deps.catalogue };
}
