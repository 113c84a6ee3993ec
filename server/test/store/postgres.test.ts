import { describeStoreContract } from "./contract/contract.ts";
import { openPostgres } from "./open-stores.ts";

describeStoreContract("PostgreSQL", openPostgres);
