import type { Operation } from "../../operation.ts";
import { dismissToken } from "./dismiss-token.ts";
import { getToken } from "./get-token.ts";
import { listTokens } from "./list-tokens.ts";
import { mintToken } from "./mint-token.ts";
import { renameToken } from "./rename-token.ts";
import { replaceToken } from "./replace-token.ts";
import { revokeToken } from "./revoke-token.ts";

export const tokenOperations: readonly Operation[] = [
  listTokens,
  mintToken,
  getToken,
  renameToken,
  revokeToken,
  replaceToken,
  dismissToken,
];
