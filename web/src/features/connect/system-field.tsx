import type { McpSystem } from "@mintmark/core/mcp-clients";
import { type ReactElement, useId } from "react";
import { classNames } from "../../ui/class-names.ts";
import { SYSTEMS } from "./connect-choice.ts";

interface SystemFieldProps {
  readonly chosen: McpSystem;
  readonly onChoose: (system: McpSystem) => void;
}

/** Where the client runs: paths and commands follow from it. */
export function SystemField({ chosen, onChoose }: SystemFieldProps): ReactElement {
  const name = useId();
  return (
    <fieldset className="justify-self-start">
      <legend className="mb-1.5 font-medium">Where the client runs</legend>
      <div className="inline-flex rounded-control border border-control/70 bg-surface p-0.5">
        {SYSTEMS.map(([system, label]) => (
          <label
            key={system}
            className={classNames(
              "relative rounded-[0.3125rem] px-3 py-1 text-[0.8125rem] has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-mint forced-colors:has-checked:forced-color-adjust-none",
              system === chosen ? "bg-mint-wash font-medium text-mint" : "text-soft hover:text-ink",
            )}
          >
            <input
              type="radio"
              name={name}
              value={system}
              checked={system === chosen}
              onChange={() => onChoose(system)}
              className="absolute inset-0 appearance-none rounded-control outline-none"
            />
            {label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
