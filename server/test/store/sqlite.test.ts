import { describeStoreContract } from "../../src/store/contract.ts";
import { openSqlite } from "./open-stores.ts";

describeStoreContract("SQLite", openSqlite);
