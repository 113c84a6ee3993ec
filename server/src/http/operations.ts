// Every operation of the HTTP API. The router and the OpenAPI document are built from this list.
// routes/ has a folder for each part of the domain and a file for each operation; the folder's index.ts lists them.
// Rule: a route parses, calls one use case and presents; it decides nothing about tokens or people.
import type { Operation } from "./operation.ts";
import { accountOperations } from "./routes/account/index.ts";
import { adminOperations } from "./routes/admin/index.ts";
import { apiKeyOperations } from "./routes/api-keys/index.ts";
import { auditOperations } from "./routes/audit/index.ts";
import { deviceOperations } from "./routes/device/index.ts";
import { emailOperations } from "./routes/email/index.ts";
import { calendarOperations } from "./routes/calendar/index.ts";
import { instanceOperations } from "./routes/instance/index.ts";
import { invitationOperations } from "./routes/invitations/index.ts";
import { joiningOperations } from "./routes/joining/index.ts";
import { memberOperations } from "./routes/members/index.ts";
import { noticeOperations } from "./routes/notices/index.ts";
import { organizationOperations } from "./routes/organizations/index.ts";
import { oversightOperations } from "./routes/oversight/index.ts";
import { passwordOperations } from "./routes/password/index.ts";
import { policyOperations } from "./routes/policy/index.ts";
import { sessionOperations } from "./routes/session/index.ts";
import { tokenOperations } from "./routes/tokens/index.ts";
import { usageOperations } from "./routes/usage/index.ts";
import { verificationOperations } from "./routes/verification/index.ts";

export const operations: readonly Operation[] = [
  ...instanceOperations,
  ...sessionOperations,
  ...accountOperations,
  ...emailOperations,
  ...passwordOperations,
  // Before the others: `/usage` of a list is no id.
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
  ...adminOperations,
  ...noticeOperations,
  ...calendarOperations,
  ...verificationOperations,
  ...deviceOperations,
];
