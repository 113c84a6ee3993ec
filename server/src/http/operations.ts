// Every operation of the HTTP API. The router and the OpenAPI document are built from this list.
import type { Operation } from "./operation.ts";
import { tokenOperations } from "./routes/tokens/index.ts";
import { verificationOperations } from "./routes/verification/index.ts";

export const operations: readonly Operation[] = [...tokenOperations, ...verificationOperations];
