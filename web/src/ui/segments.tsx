import { type ReactElement, useId } from "react";
import { classNames } from "./class-names.ts";

interface SegmentsProps<V extends string | number> {
  /** Each with its label. */
  readonly choices: readonly (readonly [V, string])[];
  readonly chosen: V;
  readonly onChoose: (value: V) => void;
}

/** One of a few short words, side by side. Around it stands a fieldset whose legend says of what. */
export function Segments<V extends string | number>({ choices, chosen, onChoose }: SegmentsProps<V>): ReactElement {
  const name = useId();
  return (
    <div className="inline-flex rounded-control border border-control/70 bg-surface p-0.5">
      {choices.map(([value, label]) => (
        <label
          key={value}
          className={classNames(
            "relative rounded-[0.3125rem] px-3 py-1 text-[0.8125rem] has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-mint forced-colors:has-checked:forced-color-adjust-none",
            value === chosen ? "bg-mint-wash font-medium text-mint" : "text-soft hover:text-ink",
          )}
        >
          <input
            type="radio"
            name={name}
            value={value}
            checked={value === chosen}
            onChange={() => onChoose(value)}
            className="absolute inset-0 appearance-none rounded-control outline-none"
          />
          {label}
        </label>
      ))}
    </div>
  );
}
