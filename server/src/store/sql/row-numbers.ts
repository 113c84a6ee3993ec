// Numbers that only the store knows of. Every user, organization and membership has one, given by the engine; a token's row
// holds those of its holder, and `hash_key`, which is of its hash. Verification looks up and joins by them, because
// numbers compare faster than ids and keep the trees they are searched in small; everything else goes by id. They
// are in no type of tables.ts, so that no other statement speaks of them by mistake.
import { type RawBuilder, type SqlBool, sql } from "kysely";
import type { Hash, NewToken } from "../credential-port.ts";

/**
 * The first eight bytes of a hash. Among a billion tokens two share them with a chance of one in forty: the second of them
 * is not made, and minting again makes another.
 */
export function hashKey(hash: Hash): bigint {
  return new DataView(hash.buffer, hash.byteOffset).getBigInt64(0);
}

/** The columns of a new token's row that hold numbers. */
export function tokenNumbers({ hash, userId, organizationId, membershipId }: NewToken): object {
  return {
    hash_key: hashKey(hash),
    user_number: sql`(select number from users where id = ${userId})`,
    organization_number: sql`(select number from organizations where id = ${organizationId})`,
    membership_number: sql`(select number from memberships where id = ${membershipId})`,
  };
}

/** How a token's row meets those of its holder. */
export interface HolderJoins {
  readonly membership: RawBuilder<SqlBool>;
  readonly user: RawBuilder<SqlBool>;
  readonly organization: RawBuilder<SqlBool>;
}

export const BY_ID: HolderJoins = {
  membership: sql`mem.id = pat.membership_id`,
  user: sql`usr.id = pat.user_id`,
  organization: sql`org.id = pat.organization_id`,
};

export const BY_NUMBER: HolderJoins = {
  membership: sql`mem.number = pat.membership_number`,
  user: sql`usr.number = pat.user_number`,
  organization: sql`org.number = pat.organization_number`,
};
