import type { Operation } from "../../operation.ts";
import { forgotPassword } from "./forgot-password.ts";
import { resetPassword } from "./reset-password.ts";

export const passwordOperations: readonly Operation[] = [forgotPassword, resetPassword];
