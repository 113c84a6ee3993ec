import { ArrowRight, ChevronRight } from "lucide-react";
import { type ReactElement, useId, useState } from "react";
import type { AuditEvent } from "../api/types.ts";
import { Badge } from "../ui/badge.tsx";
import { classNames } from "../ui/class-names.ts";
import { Time } from "../ui/time-view.tsx";
import type { AuditSearch } from "./audit-search.ts";
import { EventDetails } from "./event-details.tsx";
import type { LogScope } from "./reference-place.ts";
import { actionLabel, actorLabel, targetLabel } from "./event-text.ts";

interface EventRowProps {
  readonly event: AuditEvent;
  readonly scope: LogScope;
  readonly onSearch: (search: AuditSearch) => void;
}

/** One line that says who did what to what; it opens to what changed and from where. */
export function EventRow({ event, scope, onSearch }: EventRowProps): ReactElement {
  const [open, setOpen] = useState(false);
  const id = useId();
  const target = targetLabel(event);
  return (
    <li>
      <button
        type="button"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
        className="flex min-h-16 w-full items-start gap-3 px-4 py-3 text-left hover:bg-sunken focus-visible:-outline-offset-2"
      >
        <ChevronRight
          aria-hidden="true"
          className={classNames("mt-0.5 size-4 shrink-0 text-faint transition-transform", open && "rotate-90")}
        />
        <span className="flex min-w-0 grow flex-wrap gap-x-6 gap-y-1">
          <span className="min-w-0 grow basis-56">
            <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
              <span className="font-semibold wrap-anywhere">{actionLabel(event.action)}</span>
              {event.outcome === "denied" && <Badge tone="danger">Denied</Badge>}
            </span>
            <span className="block text-[0.8125rem] wrap-anywhere text-soft">
              <bdi>{actorLabel(event)}</bdi>
              {target && (
                <>
                  <ArrowRight className="mx-1.5 inline size-3 text-faint" aria-hidden="true" />
                  <span className="sr-only"> to </span>
                  <bdi>{target}</bdi>
                </>
              )}
            </span>
          </span>
          <span className="block text-[0.8125rem] text-soft sm:basis-52 sm:text-right">
            <span className="block">
              <Time at={event.at} as="date-time" />
            </span>
            {event.ip && <span className="block">from {event.ip}</span>}
          </span>
        </span>
      </button>
      <div id={id} hidden={!open}>
        {open && <EventDetails event={event} scope={scope} onSearch={onSearch} />}
      </div>
    </li>
  );
}
