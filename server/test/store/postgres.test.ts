import { describeStoreContract } from "../../src/store/contract.ts";
import { openPostgres } from "./open-stores.ts";

describeStoreContract("PostgreSQL", openPostgres);
