// A process that locks an organization in a transaction, says so, and keeps the lock. Arguments: URL, organization.
import process from "node:process";
import { setTimeout } from "node:timers/promises";
import type { OrganizationId } from "@mintmark/core";
import { openPostgresStore } from "../../../src/store/postgres/open.ts";
import { DEFAULT_POLICY } from "../default-policy.ts";

const [url = "", organizationId = ""] = process.argv.slice(2);
const store = await openPostgresStore({ url, defaultPolicy: DEFAULT_POLICY });
await store.transaction(async (tx) => {
  await tx.lockOrganization(organizationId as OrganizationId, "exclusive");
  process.stdout.write("held\n");
  await setTimeout(60_000);
});
