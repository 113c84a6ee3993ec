// All details of an audit event, with links to more events of the same person or credential.
import { Fact, Facts } from "../ui/facts.tsx";
import { Link } from "@tanstack/react-router";
import { ReceiptText } from "lucide-react";
import type { ReactElement, ReactNode } from "react";
import type { AuditEvent } from "../api/types.ts";
import { can } from "../session/permission.ts";
import { useOrganization, useSession } from "../session/use-session.ts";
import { Button, buttonClass } from "../ui/button.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import type { AuditSearch } from "./audit-search.ts";
import { type Change, changesOf, factsOf } from "./change-text.ts";
import { actorName, referenceLabel } from "./event-text.ts";
import { type LogScope, placeOf, receiptIdOf, type Reference } from "./reference-place.ts";

interface EventDetailsProps {
  readonly event: AuditEvent;
  readonly scope: LogScope;
  readonly onSearch: (search: AuditSearch) => void;
}

export function EventDetails({ event, scope, onSearch }: EventDetailsProps): ReactElement {
  const { actor, via, target } = event;
  const changes = changesOf(event.details);
  const facts = factsOf(event.details);
  return (
    <div className="grid gap-4 px-4 pt-1 pb-4 sm:pl-11">
      {changes.length > 0 && <Changes changes={changes} />}
      <Facts>
        <Fact term="Time">
          <span className="font-mono text-[0.8125rem]">{event.at}</span>
        </Fact>
        <Fact term="By">
          <ReferenceLink reference={actor} event={event} scope={scope}>
            {actorName(event)}
          </ReferenceLink>
          {actor.kind !== "user" && actor.kind !== "system" && ` (${actor.kind.replaceAll("_", " ")})`}
        </Fact>
        <Fact term="Via">
          {via === null ? (
            actor.kind === "user" ? (
              "A signed-in browser"
            ) : (
              "Mintmark itself"
            )
          ) : (
            <ReferenceLink reference={via} event={event} scope={scope}>
              {referenceLabel(via)}
            </ReferenceLink>
          )}
        </Fact>
        {target !== null && (
          <Fact term="Target">
            <ReferenceLink reference={target} event={event} scope={scope}>
              {referenceLabel(target)}
            </ReferenceLink>
          </Fact>
        )}
        {facts.map(({ label, value }) => (
          <Fact key={label} term={label}>
            <bdi>{value}</bdi>
          </Fact>
        ))}
        <Fact term="Address">{event.ip ?? "Unknown"}</Fact>
        <Fact term="User agent">
          <bdi>{event.userAgent ?? "Unknown"}</bdi>
        </Fact>
        {event.requestId !== null && <Identifier term="Request" id={event.requestId} />}
        <Identifier term="Event" id={event.id} />
      </Facts>
      <Narrowing event={event} scope={scope} onSearch={onSearch} />
    </div>
  );
}

function Changes({ changes }: { readonly changes: readonly Change[] }): ReactElement {
  return (
    <dl aria-label="What changed" className="divide-y divide-line border-y border-line text-[0.8125rem]">
      {changes.map(({ label, before, after }) => (
        <div
          key={label}
          className="grid grid-cols-2 gap-x-4 gap-y-1 py-2 sm:grid-cols-[11rem_minmax(0,1fr)_minmax(0,1fr)]"
        >
          <dt className="col-span-2 font-medium sm:col-span-1">{label}</dt>
          <dd className="wrap-anywhere text-soft">
            <span className="block text-xs">Before</span>
            <bdi>{before}</bdi>
          </dd>
          <dd className="wrap-anywhere">
            <span className="block text-xs text-soft">After</span>
            <bdi>{after}</bdi>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Narrowing({ event, scope, onSearch }: EventDetailsProps): ReactElement {
  const { actor, via, target } = event;
  const credential = via ?? (target?.kind === "pat" || target?.kind === "api_key" ? target : null);
  return (
    <div className="flex flex-wrap gap-2">
      <ReceiptLink event={event} scope={scope} />
      {actor.kind !== "system" && (
        <Button size="small" onClick={() => onSearch({ actor: actor.id })}>
          Only events by {shortened(actorName(event))}
        </Button>
      )}
      {credential !== null && (
        <Button size="small" onClick={() => onSearch({ credential: credential.id })}>
          Only events of {shortened(referenceLabel(credential))}
        </Button>
      )}
    </div>
  );
}

function shortened(name: string): string {
  return name.length > 40 ? `${name.slice(0, 40)}…` : name;
}

function Identifier({ term, id }: { readonly term: string; readonly id: string }): ReactElement {
  return (
    <Fact term={term}>
      <span className="flex flex-wrap items-center gap-2">
        <span className="font-mono text-[0.8125rem] break-all">{id}</span>
        <CopyButton text={id} what={`id of the ${term.toLowerCase()}`} size="small" kind="quiet" />
      </span>
    </Fact>
  );
}

// Links an event of an offboarding to its receipt.

interface ReceiptLinkProps {
  readonly event: AuditEvent;
  readonly scope: LogScope;
}

function ReceiptLink({ event, scope }: ReceiptLinkProps): ReactElement | null {
  const organization = useOrganization();
  const eventId = receiptIdOf(event);
  // The page shows receipts of the active organization only.
  if (eventId === null || scope !== "organization" || event.organizationId !== organization.id) return null;
  return (
    <Link
      to="/organization/members/receipts/$eventId"
      params={{ eventId }}
      className={buttonClass("secondary", "small")}
    >
      <ReceiptText aria-hidden="true" />
      Receipt
    </Link>
  );
}

// Links a name in the log to its page, if there is one.

interface ReferenceLinkProps {
  readonly reference: Reference;
  readonly event: AuditEvent;
  readonly scope: LogScope;
  readonly children: ReactNode;
}

function ReferenceLink({ reference, event, scope, children }: ReferenceLinkProps): ReactElement {
  const { organization, user } = useSession();
  const place = placeOf(reference, event, {
    scope,
    userId: user.id,
    organizationId: organization?.id ?? null,
    can: (permission) => organization !== null && can(organization, permission),
  });
  const name = <bdi>{children}</bdi>;
  if (place === null) return name;
  return (
    <Link {...place} className="text-mint underline decoration-mint-line underline-offset-3 hover:decoration-mint">
      {name}
    </Link>
  );
}
