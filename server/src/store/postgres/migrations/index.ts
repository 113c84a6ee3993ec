import type { Migration } from "../../migration.ts";
import { sql as initial } from "./0001-initial.ts";

export const POSTGRES_MIGRATIONS: readonly Migration[] = [{ name: "0001-initial", sql: initial }];
