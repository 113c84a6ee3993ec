// The verbs of all domains, as one set for reads and one for transactions.
import { emailLinkReads, emailLinkWrites } from "./account/email-link.ts";
import { userReads, userWrites } from "./account/user.ts";
import { instanceReads, instanceWrites } from "./admin/instance.ts";
import { managementKeyReads, managementKeyWrites } from "./admin/management-key.ts";
import { organizationSummaryReads } from "./admin/organizations.ts";
import { serviceReads, serviceWrites } from "./admin/service.ts";
import { apiKeyReads, apiKeyWrites } from "./api-key.ts";
import { authorityWrites } from "./authority/log.ts";
import { auditEventReads, auditEventWrites } from "./audit/event.ts";
import { auditRetentionReads, auditRetentionWrites } from "./audit/retention.ts";
import { deviceReads, deviceWrites } from "./device.ts";
import { directoryReads, directoryWrites } from "./directory/directory.ts";
import { directoryVersionReads, directoryVersionWrites } from "./directory/version.ts";
import { deliveryReads, deliveryWrites } from "./event/delivery.ts";
import { eventFeedReads } from "./event/feed.ts";
import { webhookReads, webhookWrites } from "./event/webhook.ts";
import { domainJoiningReads, domainJoiningWrites } from "./invitation/domain-joining.ts";
import { handOffReads, handOffWrites } from "./hand-off/hand-off.ts";
import { invitationReads, invitationWrites } from "./invitation/invitation.ts";
import { limitReads, limitWrites } from "./limit.ts";
import { emailReads, emailWrites } from "./mail/mail.ts";
import { memberReads, memberWrites } from "./member.ts";
import { calendarReads, calendarWrites } from "./notice/calendar.ts";
import { noticeEmailReads } from "./notice/email.ts";
import { noticeReads, noticeWrites } from "./notice/notice.ts";
import { organizationReads, organizationWrites } from "./organization.ts";
import { policyWrites } from "./policy.ts";
import { sessionReads, sessionWrites } from "./session.ts";
import { tokenEndingReads, tokenEndingWrites } from "./token/ending.ts";
import { tokenExpiryReads, tokenExpiryWrites } from "./token/expiry.ts";
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
  ...managementKeyReads,
  ...serviceReads,
  ...apiKeyReads,
  ...auditEventReads,
  ...auditRetentionReads,
  ...eventFeedReads,
  ...webhookReads,
  ...deliveryReads,
  ...deviceReads,
  ...directoryReads,
  ...directoryVersionReads,
  ...domainJoiningReads,
  ...handOffReads,
  ...invitationReads,
  ...limitReads,
  ...memberReads,
  ...calendarReads,
  ...emailReads,
  ...noticeEmailReads,
  ...noticeReads,
  ...organizationReads,
  ...sessionReads,
  ...tokenEndingReads,
  ...tokenExpiryReads,
  ...tokenListReads,
  ...tokenSearchReads,
  ...tokenReads,
  ...useHistoryReads,
  ...useReads,
};

export const TRANSACTION = {
  ...READS,
  ...authorityWrites,
  ...emailLinkWrites,
  ...userWrites,
  ...instanceWrites,
  ...managementKeyWrites,
  ...serviceWrites,
  ...apiKeyWrites,
  ...auditEventWrites,
  ...auditRetentionWrites,
  ...webhookWrites,
  ...deliveryWrites,
  ...deviceWrites,
  ...directoryWrites,
  ...directoryVersionWrites,
  ...domainJoiningWrites,
  ...handOffWrites,
  ...invitationWrites,
  ...limitWrites,
  ...memberWrites,
  ...calendarWrites,
  ...emailWrites,
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
