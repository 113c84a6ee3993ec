// Backups of a database that is one file. A database server has its own.

export interface Backup {
  readonly bytes: number;
  /** When the last event of its audit log happened; later changes are not in it. `null` when the log is empty. */
  readonly lastEventAt: number | null;
}

/** How many of a kind ended, and some of their names. */
export interface Ending {
  readonly kind: string;
  readonly count: number;
  readonly names: readonly string[];
}

export interface RoleChange {
  readonly from: string;
  readonly to: string;
}

export interface RestoreOptions {
  readonly file: string;
  readonly backup: string;
  /** Whether to end again everything that ended since the backup. */
  readonly keepRevocations: boolean;
  /** Whether to revoke every token, API key and management key. */
  readonly revokeAll: boolean;
  /** Whether the new role has fewer permissions than the old one. */
  readonly isLower: (change: RoleChange) => boolean;
  readonly now: number;
  /** Called with the copied part, from 0 to 1. */
  readonly onProgress: (done: number) => void;
}

export interface Restored {
  /** When the last event in the backup happened. */
  readonly lastEventAt: number | null;
  /** The endings since the backup; `null` when they are unknown. */
  readonly endings: readonly Ending[] | null;
  readonly revoked: number;
  /** The name under which the replaced database is kept; `null` when there was none. */
  readonly keptAs: string | null;
}

export interface Backups {
  /**
   * Writes the database to `target`, complete and checked or not at all, readable by this user only. Refuses an
   * existing target, unless `mayReplace`. `onProgress` gets the done part, from 0 to 1.
   */
  readonly backUp: (
    file: string,
    target: string,
    options: { readonly mayReplace: boolean; readonly onProgress: (done: number) => void },
  ) => Promise<Backup>;
  /**
   * Replaces a database that nobody uses with a backup, in one step. Refuses a file that is damaged, newer or not a
   * database of Mintmark, a database in use, and, unless the options say what to do, a backup without the endings
   * since.
   */
  readonly restore: (options: RestoreOptions) => Promise<Restored>;
}

/** A backup or a restore is not possible, and nothing was changed. The message is a clause for an operator. */
export class BackupRefused extends Error {
  override readonly name = "BackupRefused";
  readonly code: string;
  readonly hint: string | null;

  constructor(code: string, message: string, hint: string | null = null) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}
