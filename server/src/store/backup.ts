// Backups of a database that is one file. A database server has its own.

export interface Backup {
  readonly bytes: number;
  /** When the last event of its audit log happened: what came later is not in it. `null` when there is none. */
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
  /** Whether what ended since the backup is ended again. */
  readonly keepRevocations: boolean;
  /** Whether every token and API key is revoked. */
  readonly revokeAll: boolean;
  /** Whether the role after holds no more than the one before. */
  readonly isLower: (change: RoleChange) => boolean;
  readonly now: number;
  /** Gets the part of 1 that is copied. */
  readonly onProgress: (done: number) => void;
}

export interface Restored {
  /** When the last event in the backup happened. */
  readonly lastEventAt: number | null;
  /** What ended since; `null` when nobody can say. */
  readonly endings: readonly Ending[] | null;
  readonly revoked: number;
  /** Where the database before is kept; `null` when there was none. */
  readonly keptAs: string | null;
}

export interface Backups {
  /**
   * Writes the database to `target`, whole and checked or not at all, readable by this user alone. Refuses a target that
   * is there, unless `mayReplace`. `onProgress` gets parts of 1.
   */
  readonly backUp: (
    file: string,
    target: string,
    options: { readonly mayReplace: boolean; readonly onProgress: (done: number) => void },
  ) => Promise<Backup>;
  /**
   * Puts a backup in the place of a database that nobody uses, in one step. Refuses one that is damaged, newer or none of
   * Mintmark's, a database that is in use, and, unless the options say what to do, one that cannot tell what ended since.
   */
  readonly restore: (options: RestoreOptions) => Promise<Restored>;
}

/** A backup or a restore cannot be made; nothing was changed. The message is a clause for an operator. */
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
