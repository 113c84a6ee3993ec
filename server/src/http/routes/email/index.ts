import type { Operation } from "../../operation.ts";
import { requestEmailVerification } from "./request-email-verification.ts";
import { verifyEmail } from "./verify-email.ts";

export const emailOperations: readonly Operation[] = [requestEmailVerification, verifyEmail];
