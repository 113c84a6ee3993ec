// How one credential was used, on its page; the span that is shown is in the address.
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { ReactElement } from "react";
import type { Span, UsageQuery } from "../api/usage.ts";
import { parseSpan } from "../chart/span.ts";
import { UsageView } from "./usage-view.tsx";

export function UsageSection({ history }: { readonly history: (span: Span) => UsageQuery }): ReactElement {
  const span = parseSpan(useSearch({ strict: false }).days);
  const navigate = useNavigate();
  // Again and again while it is looked at: people watch whether what they revoke is still in use.
  const usage = useQuery({ ...history(span), refetchInterval: 15_000 });
  return (
    <UsageView
      usage={usage}
      span={span}
      onSpan={(days) =>
        void navigate({
          to: ".",
          search: days === 30 ? {} : { days: String(days) },
          replace: true,
          resetScroll: false,
        })
      }
    />
  );
}
