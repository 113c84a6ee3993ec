// The history of the schema on PostgreSQL, oldest first.
// Rule: a migration that was released never changes. The next change is a new file with the next number, and the other
// engine has one of the same name.
import type { Migration } from "../../migration.ts";
import { sql as initial } from "./0001-initial.ts";

export const POSTGRES_MIGRATIONS: readonly Migration[] = [{ name: "0001-initial", sql: initial }];
