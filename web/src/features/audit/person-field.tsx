// Chooses a person by a part of their name or address. Whoever left is no member any more and is not found here;
// their events name them, and lead to a log of theirs alone.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type ReactElement, useDeferredValue, useState } from "react";
import { memberSearchQuery } from "../../api/members.ts";
import { SearchChoice } from "../../ui/search-choice.tsx";

interface PersonFieldProps {
  readonly organizationId: string;
  /** The id that is chosen, or empty, and what is known of its name. */
  readonly value: string;
  readonly name: string;
  readonly onChange: (id: string) => void;
}

export function PersonField({ organizationId, value, name, onChange }: PersonFieldProps): ReactElement {
  const [words, setWords] = useState<string | null>(null);
  const members = useQuery({
    ...memberSearchQuery(organizationId, useDeferredValue(words ?? "")),
    enabled: words !== null,
    placeholderData: keepPreviousData,
  });
  return (
    <SearchChoice
      label="Person"
      placeholder="Name or email"
      any="Any person"
      none="No member matches"
      value={value}
      name={name}
      onChange={onChange}
      onLook={setWords}
      found={members.data?.items.map(({ user }) => ({ ...user, note: user.email }))}
    />
  );
}
