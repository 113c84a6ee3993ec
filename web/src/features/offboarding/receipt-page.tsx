// The proof of a removal, a leaving or a suspension: who, by whom, when, what ended. Rule: made from the audit
// log, so it can be opened again by its address; printed, it is this page without the frame around it.
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Download, Printer } from "lucide-react";
import type { ReactElement } from "react";
import { offboardingReceiptQuery } from "../../api/offboarding.ts";
import type { Offboarding } from "../../api/types.ts";
import { can } from "../../session/permission.ts";
import { RequirePermission } from "../../session/require-permission.tsx";
import { useSession } from "../../session/use-session.ts";
import { Button } from "../../ui/button.tsx";
import { saveText } from "../../ui/save-text.ts";
import { Page } from "../../ui/page.tsx";
import { QueryView } from "../../ui/query-view.tsx";
import { BackToMembers } from "./back-to-members.tsx";
import { receiptFileName, receiptTitle } from "./offboarding-text.ts";
import { Receipt } from "./receipt.tsx";
import { isolated } from "../../ui/isolated.ts";

export function OffboardingReceiptPage(): ReactElement {
  const { organization } = useSession();
  // Whoever may remove members sees what they did; everybody else needs the log it is made from.
  if (can(organization, "members:write")) return <ReceiptView />;
  return (
    <RequirePermission permission="audit:read" title="Receipt">
      <ReceiptView />
    </RequirePermission>
  );
}

function ReceiptView(): ReactElement {
  const { organization } = useSession();
  const { eventId } = useParams({ from: "/shell/organization/members/receipts/$eventId" });
  const query = useQuery({
    ...offboardingReceiptQuery(organization.id, eventId),
    // Until all that ended is on record.
    refetchInterval: ({ state }) => (state.data?.complete === false ? 1_000 : false),
  });
  return (
    <Page
      title={query.data ? receiptTitle(query.data) : "Receipt"}
      lead={`Receipt of ${isolated(organization.name)}. Everything below had ended everywhere when the server confirmed it.`}
      before={<BackToMembers />}
      action={query.data && <ReceiptActions offboarding={query.data} />}
    >
      <QueryView query={query}>{(offboarding) => <Receipt offboarding={offboarding} />}</QueryView>
    </Page>
  );
}

function ReceiptActions({ offboarding }: { readonly offboarding: Offboarding }): ReactElement {
  return (
    <>
      <Button
        onClick={() =>
          saveText(receiptFileName(offboarding), "application/json", `${JSON.stringify(offboarding, null, 2)}\n`)
        }
      >
        <Download aria-hidden="true" />
        Download JSON
      </Button>
      <Button onClick={() => window.print()}>
        <Printer aria-hidden="true" />
        Print
      </Button>
    </>
  );
}
