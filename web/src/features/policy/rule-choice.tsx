import type { ReactElement } from "react";
import { Choice } from "../../ui/field.tsx";

interface RuleChoiceProps<Value extends string> {
  /** For readers; people see the heading of the section. */
  readonly legend: string;
  readonly name: string;
  readonly options: readonly (readonly [value: Value, label: string, hint: string])[];
  readonly chosen: Value;
  readonly onChoose: (value: Value) => void;
}

/** A rule that is one of a few, with what each means. */
export function RuleChoice<Value extends string>(props: RuleChoiceProps<Value>): ReactElement {
  const { legend, name, options, chosen, onChoose } = props;
  return (
    <fieldset>
      <legend className="sr-only">{legend}</legend>
      {options.map(([value, label, hint]) => (
        <Choice
          key={value}
          type="radio"
          name={name}
          value={value}
          label={label}
          hint={hint}
          checked={value === chosen}
          onChange={() => onChoose(value)}
        />
      ))}
    </fieldset>
  );
}
