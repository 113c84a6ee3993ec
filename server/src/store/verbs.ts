// The verbs of all domains, as one set for reads and one for transactions.
import { emailLinkReads, emailLinkWrites } from "./account/email-link.ts";
import { userReads, userWrites } from "./account/user.ts";
import { instanceReads, instanceWrites } from "./admin/instance.ts";
import { organizationSummaryReads } from "./admin/organizations.ts";
import { serviceReads, serviceWrites } from "./admin/service.ts";
import { apiKeyReads, apiKeyWrites } from "./api-key.ts";
import { auditEventReads, auditEventWrites } from "./audit/event.ts";
import { auditRetentionReads, auditRetentionWrites } from "./audit/retention.ts";
import { deviceReads, deviceWrites } from "./device.ts";
import { domainJoiningReads, domainJoiningWrites } from "./invitation/domain-joining.ts";
import { invitationReads, invitationWrites } from "./invitation/invitation.ts";
import { limitReads, limitWrites } from "./limit.ts";
import { memberReads, memberWrites } from "./member.ts";
import { calendarReads, calendarWrites } from "./notice/calendar.ts";
import { noticeEmailWrites } from "./notice/email.ts";
import { noticeReads, noticeWrites } from "./notice/notice.ts";
import { organizationReads, organizationWrites } from "./organization.ts";
import { policyWrites } from "./policy.ts";
import { sessionReads, sessionWrites } from "./session.ts";
import { tokenEndingReads, tokenEndingWrites } from "./token/ending.ts";
import { tokenExpiryWrites } from "./token/expiry.ts";
import { followUpWrites } from "./token/follow-up.ts";
import { tokenListReads } from "./token/list.ts";
import { tokenSearchReads } from "./token/search.ts";
import { tokenReads, tokenWrites } from "./token/token.ts";
import { useHistoryReads, useHistoryWrites } from "./usage/history.ts";
import { useReads, useWrites } from "./usage/use.ts";

export const READS = {
  ...emailLinkReads,
  ...userReads,
  ...instanceReads,
  ...organizationSummaryReads,
  ...serviceReads,
  ...apiKeyReads,
  ...auditEventReads,
  ...auditRetentionReads,
  ...deviceReads,
  ...domainJoiningReads,
  ...invitationReads,
  ...limitReads,
  ...memberReads,
  ...calendarReads,
  ...noticeReads,
  ...organizationReads,
  ...sessionReads,
  ...tokenEndingReads,
  ...tokenListReads,
  ...tokenSearchReads,
  ...tokenReads,
  ...useHistoryReads,
  ...useReads,
};

export const TRANSACTION = {
  ...READS,
  ...emailLinkWrites,
  ...userWrites,
  ...instanceWrites,
  ...serviceWrites,
  ...apiKeyWrites,
  ...auditEventWrites,
  ...auditRetentionWrites,
  ...deviceWrites,
  ...domainJoiningWrites,
  ...invitationWrites,
  ...limitWrites,
  ...memberWrites,
  ...calendarWrites,
  ...noticeEmailWrites,
  ...noticeWrites,
  ...organizationWrites,
  ...policyWrites,
  ...sessionWrites,
  ...tokenEndingWrites,
  ...tokenExpiryWrites,
  ...followUpWrites,
  ...tokenWrites,
  ...useHistoryWrites,
  ...useWrites,
};
