import type { Operation } from "../../operation.ts";
import { mintToken } from "./mint-token.ts";

export const tokenOperations: readonly Operation[] = [mintToken];
