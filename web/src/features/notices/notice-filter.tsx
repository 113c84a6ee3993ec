import type { ReactElement } from "react";
import type { NoticeFilter } from "../../api/notices.ts";
import type { NoticeKind } from "../../api/types.ts";
import { Choice, SelectField } from "../../ui/field.tsx";
import { KIND_LABELS } from "./notice-text.ts";

/** The filter as the address has it. */
export interface NoticeSearch {
  readonly unread?: string;
  readonly kind?: string;
}

const KINDS = Object.keys(KIND_LABELS) as NoticeKind[];

export function parseNoticeSearch({ unread, kind }: NoticeSearch): NoticeFilter {
  return { unread: unread === "true", kind: KINDS.find((known) => known === kind) ?? null };
}

interface NoticeFilterFormProps {
  readonly filter: NoticeFilter;
  readonly onChange: (search: NoticeSearch) => void;
}

export function NoticeFilterForm({ filter, onChange }: NoticeFilterFormProps): ReactElement {
  function change({ unread, kind }: NoticeFilter): void {
    onChange({ ...(unread ? { unread: "true" } : {}), ...(kind === null ? {} : { kind }) });
  }
  return (
    <form
      aria-label="Filter notices"
      onSubmit={(event) => event.preventDefault()}
      className="flex flex-wrap items-end gap-x-5 gap-y-3 print:hidden"
    >
      <SelectField
        label="Kind"
        name="kind"
        className="min-w-0 grow basis-56 sm:max-w-72"
        value={filter.kind ?? ""}
        onChange={(event) =>
          change({ ...filter, kind: KINDS.find((kind) => kind === event.currentTarget.value) ?? null })
        }
      >
        <option value="">Every kind</option>
        {KINDS.map((kind) => (
          <option key={kind} value={kind}>
            {KIND_LABELS[kind]}
          </option>
        ))}
      </SelectField>
      <Choice
        label="Only unread"
        className="pb-1.5"
        checked={filter.unread}
        onChange={(event) => change({ ...filter, unread: event.currentTarget.checked })}
      />
    </form>
  );
}
