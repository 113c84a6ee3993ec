import { type ReactElement, useState } from "react";
import { TextField } from "../../ui/field.tsx";

interface SearchFieldProps {
  readonly label: string;
  readonly placeholder?: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
}

/** What is typed here is shown at once; the address and the list follow as fast as they can. */
export function SearchField({ label, placeholder, value, onChange }: SearchFieldProps): ReactElement {
  const [text, setText] = useState(value);
  return (
    <TextField
      label={label}
      type="search"
      autoComplete="off"
      placeholder={placeholder}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        onChange(event.currentTarget.value);
      }}
    />
  );
}
