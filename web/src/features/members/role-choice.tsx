import type { ReactElement } from "react";
import type { RoleInfo } from "../../api/types.ts";
import { Choice, FieldError } from "../../ui/field.tsx";

interface RoleChoiceProps {
  readonly roles: readonly RoleInfo[];
  readonly value: string;
  readonly onChange: (role: string) => void;
  readonly error?: string | undefined;
}

export function RoleChoice({ roles, value, onChange, error }: RoleChoiceProps): ReactElement {
  return (
    <fieldset>
      <legend className="mb-1 font-medium">Role</legend>
      {roles.map(({ name, description }) => (
        <Choice
          key={name}
          type="radio"
          name="role"
          value={name}
          label={<span className="font-medium">{name}</span>}
          hint={description}
          checked={value === name}
          onChange={() => onChange(name)}
        />
      ))}
      {error && <FieldError>{error}</FieldError>}
    </fieldset>
  );
}
