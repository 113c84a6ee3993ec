import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { tokensQuery } from "../../api/tokens.ts";
import { SelectField } from "../../ui/field.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Bar, Loading } from "../../ui/placeholder.tsx";
import { QueryView } from "../../ui/query-view.tsx";

interface ReuseFieldProps {
  readonly tokenId: string | null;
  readonly onChoose: (tokenId: string | null) => void;
}

/** Chooses among the tokens that work. */
export function ReuseField({ tokenId, onChoose }: ReuseFieldProps): ReactElement {
  const tokens = useQuery(tokensQuery);
  return (
    <QueryView query={tokens} loading={<FieldLoading />}>
      {({ items }) => {
        const live = items.filter(({ id, state }) => state === "active" || id === tokenId);
        if (live.length === 0) {
          return <Notice title="You have no token that works">Make a new one for this client.</Notice>;
        }
        return (
          <SelectField
            label="Your token"
            value={tokenId ?? ""}
            onChange={(event) => onChoose(event.currentTarget.value === "" ? null : event.currentTarget.value)}
            hint="The configuration below holds a placeholder or a reference where its secret goes."
            className="max-w-[28rem]"
          >
            <option value="">Choose a token…</option>
            {live.map(({ id, name, prefix, organization, state }) => (
              <option key={id} value={id}>
                {`${name} (${prefix}…) in ${organization.name}${state === "active" ? "" : `, ${state}`}`}
              </option>
            ))}
          </SelectField>
        );
      }}
    </QueryView>
  );
}

function FieldLoading(): ReactElement {
  return (
    <Loading>
      <div className="grid max-w-[28rem] gap-2">
        <Bar className="w-24" />
        <Bar className="h-9" />
      </div>
    </Loading>
  );
}
