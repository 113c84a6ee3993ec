// A link to set a new password can be handed to its person instead of emailed. `issued_by` is `null` for an emailed link,
// else the instance admin's id, or `host` for the command on the server.
export const sql: string = `
alter table email_links add column issued_by text;
`;
