// The rows of the instance, its services and its management keys. They are not in ../tables.ts, to keep both files short.
import type { ManagementKeyEnd, ManagementKeyId, ServiceId, ServiceKeyId, UserId } from "@mintmark/core";
import type { ActorRef, Hash } from "../values.ts";

/** The one row with id 1. */
export interface InstanceRow {
  id: number;
  setup_code_hash: Hash | null;
  setup_code_expires_at: number | null;
  setup_code_attempts: number;
  set_up_at: number | null;
}

/** The hash and prefix are of the first key, for replicas of the version before; ServiceKeyRow has every key. */
export interface ServiceRow {
  id: ServiceId;
  hash: Hash;
  prefix: string;
  name: string;
  created_at: number;
  created_by: UserId;
  revoked_at: number | null;
  revoked_by: UserId | null;
  last_used_at: number | null;
}

export interface ServiceKeyRow {
  id: ServiceKeyId;
  service_id: ServiceId;
  hash: Hash;
  prefix: string;
  created_at: number;
  created_by: UserId;
  expires_at: number | null;
  revoked_at: number | null;
  revoked_by: UserId | null;
  last_used_at: number | null;
}

export interface ManagementKeyRow {
  id: ManagementKeyId;
  hash: Hash;
  prefix: string;
  name: string;
  source: string;
  /** JSON array. */
  scopes: string;
  /** JSON array. */
  networks: string;
  /** When the configuration first declared the key; `null`: it was made by an instance admin or by the command. */
  declared_at: number | null;
  created_at: number;
  created_by_kind: ActorRef["kind"];
  created_by_id: string;
  created_by_name: string;
  expires_at: number | null;
  revoked_at: number | null;
  revoked_reason: ManagementKeyEnd | null;
  revoked_by_kind: ActorRef["kind"] | null;
  revoked_by_id: string | null;
  revoked_by_name: string | null;
  last_used_at: number | null;
  last_used_ip: string | null;
}
