// How long each organization keeps its audit log, and indexes for reading it by action and by refusal. What is found
// by the credential it was done through need not be found by its target too: each use then costs one index less.
// Live tokens are walked newest first, so their index has that order; it replaces the one without.
export const sql: string = `
alter table organizations add column audit_retention_days integer;
alter table organizations add column audit_retention_effective_at integer;
alter table organizations add column audit_retention_until_then_days integer;
create index organizations_audit_retention on organizations (id) where audit_retention_effective_at is not null;

create index audit_events_action on audit_events (organization_id, action, at desc, id desc);
create index audit_events_denied on audit_events (organization_id, at desc, id desc) where outcome = 'denied';

drop index audit_events_target;
create index audit_events_target on audit_events (target_id, at desc, id desc)
  where target_id is not null and target_id <> coalesce(via_id, '');

drop index personal_access_tokens_live_organization;
create index personal_access_tokens_live_organization
  on personal_access_tokens (organization_id, created_at desc, id desc) where revoked_at is null;
`;
