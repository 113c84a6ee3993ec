// The types of the HTTP API under the names that this app uses. They are generated from openapi.json, so the app does
// not compile against an old one.
import type { components } from "./openapi.generated.ts";

type Schemas = components["schemas"];

export type Instance = Schemas["Instance"];
export type PermissionInfo = Instance["permissions"][number];
export type RoleInfo = Instance["roles"][number];
export type Session = Schemas["Session"];
export type OrganizationMembership = Session["organizations"][number];
export type BrowserSession = Schemas["BrowserSession"];
export type PersonalAccessToken = Schemas["PersonalAccessToken"];
export type MintedToken = Schemas["MintedToken"];
export type ApiKey = Schemas["ApiKey"];
export type Member = Schemas["Member"];
export type OffboardingPreview = Schemas["OffboardingPreview"];
export type OffboardingKey = Schemas["OffboardingKey"];
export type Offboarding = Schemas["Offboarding"];
export type EndedByProof = Schemas["EndedByProof"];
export type AcceptedInvitation = Schemas["AcceptedInvitation"];
export type Invitation = Schemas["Invitation"];
export type IssuedInvitation = Schemas["IssuedInvitation"];
export type JoinableOrganization = Schemas["JoinableOrganization"];
export type InvitationPreview = Schemas["InvitationPreview"];
export type TokenPolicy = Schemas["TokenPolicy"];
export type Ceiling = TokenPolicy["ceiling"];
export type AuditEvent = Schemas["AuditEvent"];
export type AuditAction = AuditEvent["action"];
export type AuditRetention = Schemas["AuditRetention"];
export type PolicyChange = Schemas["PolicyChange"];
export type PolicyPreview = Schemas["PolicyPreview"];
export type AffectedCredential = Schemas["AffectedCredential"];
export type AdminUser = Schemas["AdminUser"];
export type AdminUserDetail = Schemas["AdminUserDetail"];
export type AdminOrganization = Schemas["AdminOrganization"];
export type AdminOrganizationDetail = Schemas["AdminOrganizationDetail"];
export type RevokedTokens = Schemas["RevokedTokens"];
export type Service = Schemas["Service"];
export type Notice = Schemas["Notice"];
export type NoticeKind = Notice["kind"];
export type NoticePreferences = Schemas["NoticePreferences"];
export type DeviceLogin = Schemas["DeviceLogin"];
export type DeviceDecision = Schemas["DeviceDecision"];
export type CalendarFeed = Schemas["CalendarFeed"];
export type NewCalendarFeed = Schemas["NewCalendarFeed"];
export type CredentialUsage = Schemas["CredentialUsage"];
export type OrganizationOverview = Schemas["OrganizationOverview"];
export type InstanceMetrics = Schemas["InstanceMetrics"];
