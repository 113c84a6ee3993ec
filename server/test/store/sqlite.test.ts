import { describeStoreContract } from "./contract/contract.ts";
import { openSqlite } from "./open-stores.ts";

describeStoreContract("SQLite", openSqlite);
