// Every operation of the HTTP API. The router and the OpenAPI document are built from this list, and routes/ has a file
// or folder for each domain.
// Rule: a route parses, calls one use case and presents the result. It decides nothing about tokens or people.
import type { Operation } from "./operation.ts";
import { accountOperations } from "./routes/account/account.ts";
import { adminUserOperations } from "./routes/admin/user.ts";
import { adminAuditOperations, adminOrganizationOperations } from "./routes/admin/organization.ts";
import { adminTokenOperations } from "./routes/admin/token.ts";
import { managementKeyOperations } from "./routes/admin/management-key.ts";
import { managedTokenOperations } from "./routes/admin/managed-token.ts";
import { adminServiceOperations } from "./routes/admin/service.ts";
import { apiKeyOperations } from "./routes/api-key.ts";
import { auditOperations } from "./routes/audit.ts";
import { deviceDecisionOperations } from "./routes/device/decision.ts";
import { deviceTokenOperations } from "./routes/device/token.ts";
import { directoryOperations } from "./routes/directory/directory.ts";
import { directoryMemberOperations } from "./routes/directory/member.ts";
import { eventOperations } from "./routes/event/feed.ts";
import { webhookOperations } from "./routes/event/webhook.ts";
import { emailOperations, passwordOperations } from "./routes/account/email.ts";
import { handOffOperations } from "./routes/hand-off.ts";
import { calendarOperations } from "./routes/notice/calendar.ts";
import { instanceOperations } from "./routes/admin/set-up.ts";
import { invitationOperations } from "./routes/invitation/invitation.ts";
import { joiningOperations } from "./routes/invitation/domain.ts";
import { mailOperations } from "./routes/mail.ts";
import { memberOperations } from "./routes/member.ts";
import { noticeOperations } from "./routes/notice/notice.ts";
import { organizationOperations } from "./routes/organization.ts";
import { oversightOperations } from "./routes/token/oversight.ts";
import { policyOperations } from "./routes/policy.ts";
import { sessionOperations } from "./routes/session.ts";
import { tokenOperations } from "./routes/token/token.ts";
import { usageOperations } from "./routes/usage.ts";
import { verificationOperations } from "./routes/verification.ts";

export const operations: readonly Operation[] = [
  ...instanceOperations,
  ...sessionOperations,
  ...accountOperations,
  ...emailOperations,
  ...passwordOperations,
  // Before the others, so that the path segment `usage` is not read as an id.
  ...usageOperations,
  ...tokenOperations,
  ...organizationOperations,
  ...joiningOperations,
  ...memberOperations,
  ...invitationOperations,
  ...apiKeyOperations,
  ...oversightOperations,
  ...policyOperations,
  ...auditOperations,
  ...eventOperations,
  ...webhookOperations,
  ...adminUserOperations,
  ...adminOrganizationOperations,
  ...adminTokenOperations,
  ...adminServiceOperations,
  ...managementKeyOperations,
  ...managedTokenOperations,
  ...adminAuditOperations,
  ...directoryOperations,
  ...directoryMemberOperations,
  ...mailOperations,
  ...noticeOperations,
  ...calendarOperations,
  ...verificationOperations,
  ...deviceTokenOperations,
  ...deviceDecisionOperations,
  ...handOffOperations,
];
