// The present schema on PostgreSQL, for databases that tests copy instead of migrating each anew.
import { createHash } from "node:crypto";
import type { Template } from "../../../tests/support/postgres.ts";
import { migratePostgres } from "../../src/store/postgres/migrate.ts";
import { POSTGRES_MIGRATIONS } from "../../src/store/postgres/migrations/index.ts";

const schema = createHash("sha256").update(JSON.stringify(POSTGRES_MIGRATIONS)).digest("hex").slice(0, 16);

export const MIGRATED: Template = { name: `migrated_${schema}`, fill: migratePostgres };
