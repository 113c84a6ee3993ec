// What the instance's whole audit log is filtered by, so that a page of a rare action or of rare refusals is found
// among ten million events. Its twin holds the same for PostgreSQL.
export const sql: string = `
create index audit_events_action_newest on audit_events (action, at desc, id desc);
create index audit_events_denied_newest on audit_events (at desc, id desc) where outcome = 'denied';
`;
