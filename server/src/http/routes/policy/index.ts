import type { Operation } from "../../operation.ts";
import { getPolicy } from "./get-policy.ts";
import { previewPolicy } from "./preview-policy.ts";
import { setPolicy } from "./set-policy.ts";

export const policyOperations: readonly Operation[] = [getPolicy, previewPolicy, setPolicy];
