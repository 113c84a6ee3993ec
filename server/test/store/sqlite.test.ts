import { describeStoreContract } from "./contract/contract.ts";
import { openStrictSqlite } from "./open-stores.ts";

describeStoreContract("SQLite", openStrictSqlite);
