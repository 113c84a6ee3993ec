// What the instance's whole audit log is filtered by, so that a page of a rare action or of rare refusals is found
// among ten million events, and what its list of organizations counts live tokens by. Its twin holds the same for SQLite.
export const sql: string = `
create index personal_access_tokens_live_expiry on personal_access_tokens (organization_id, expires_order)
  where revoked_at is null;
create index audit_events_action_newest on audit_events (action, at desc, id desc);
create index audit_events_denied_newest on audit_events (at desc, id desc) where outcome = 'denied';
`;
