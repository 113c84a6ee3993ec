import type { Operation } from "../../operation.ts";
import { introspect } from "./introspect.ts";
import { revokeByToken } from "./revoke-by-token.ts";
import { revokeLeaked } from "./revoke-leaked.ts";
import { verify } from "./verify.ts";
import { whoami } from "./whoami.ts";

export const verificationOperations: readonly Operation[] = [whoami, verify, revokeLeaked, introspect, revokeByToken];
