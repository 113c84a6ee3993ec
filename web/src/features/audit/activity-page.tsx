// The events of the signed-in person in all organizations, or in the one of a hand-off. Every role may read it.
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { accountEventsQuery } from "../../api/audit.ts";
import { type AuditSearch, changedSearch } from "../../audit/audit-search.ts";
import { EventList } from "../../audit/event-list.tsx";
import { ALL_ACTIONS } from "../../audit/event-text.ts";
import { FilterForm, useAuditFilter } from "../../audit/filter-form.tsx";
import { useOrganizations, useSession } from "../../session/use-session.ts";
import { SelectField } from "../../ui/field.tsx";
import { Page } from "../../ui/page.tsx";

const WHAT = "Your actions, the tokens you used for them, and actions that affected you";
const NOT_YOURS = "If an action was not yours, revoke the token";

export function ActivityPage(): ReactElement {
  const organizations = useOrganizations();
  const isHandedOff = useSession().handOff !== null;
  const search = useSearch({ from: "/shell/settings/activity" });
  const navigate = useNavigate();
  const events = useInfiniteQuery(accountEventsQuery(useAuditFilter(search)));
  const chosen = search.organization ?? "";

  function change(next: AuditSearch): void {
    void navigate({ to: "/settings/activity", search: next, replace: true, resetScroll: false });
  }

  return (
    <Page
      title="Activity"
      lead={
        isHandedOff
          ? `${WHAT} here. ${NOT_YOURS}.`
          : `${WHAT}, in all organizations. ${NOT_YOURS} and change your password.`
      }
    >
      <FilterForm search={search} actions={ALL_ACTIONS} onSearch={change}>
        {!isHandedOff && (
          <SelectField
            label="Organization"
            value={chosen}
            onChange={(event) => change(changedSearch(search, { organization: event.currentTarget.value }))}
          >
            <option value="">All organizations</option>
            {chosen !== "" && !organizations.some(({ id }) => id === chosen) && (
              <option value={chosen}>{chosen}</option>
            )}
            {organizations.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </SelectField>
        )}
      </FilterForm>
      <EventList
        query={events}
        scope="account"
        filtered={Object.keys(search).length > 0}
        empty={<p>Actions such as signing in or minting a token will appear here.</p>}
        onSearch={(next) => change(Object.keys(next).length === 0 ? {} : changedSearch(search, next))}
      />
    </Page>
  );
}
