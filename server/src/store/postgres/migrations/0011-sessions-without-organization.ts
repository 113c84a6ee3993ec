// A person may be signed in and in no organization: an instance admin, where the host product manages the directory.
export const sql: string = `
alter table sessions alter column organization_id drop not null;
`;
