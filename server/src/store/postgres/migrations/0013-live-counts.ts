// What the bounds on live tokens and keys are counted along: those whose time is over are not walked, however many there
// are. Its twin holds the same for SQLite.
// No index is dropped: that would hold up verification until every migration is over.
export const sql: string = `
create index personal_access_tokens_live_of_membership on personal_access_tokens (membership_id, expires_order)
  where revoked_at is null;
create index api_keys_live_expiry on api_keys (organization_id, coalesce(expires_at, 999999999999999))
  where revoked_at is null;
`;
