// An event of an offboarding leads to the receipt that was made of it.
import { Link } from "@tanstack/react-router";
import { ReceiptText } from "lucide-react";
import type { ReactElement } from "react";
import type { AuditEvent } from "../api/types.ts";
import { useSession } from "../session/use-session.ts";
import { buttonClass } from "../ui/button.tsx";
import { receiptIdOf } from "./receipt-id.ts";
import type { LogScope } from "./reference-place.ts";

interface ReceiptLinkProps {
  readonly event: AuditEvent;
  readonly scope: LogScope;
}

export function ReceiptLink({ event, scope }: ReceiptLinkProps): ReactElement | null {
  const { organization } = useSession();
  const eventId = receiptIdOf(event);
  // The page shows receipts of the active organization, to whoever reads its log.
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
