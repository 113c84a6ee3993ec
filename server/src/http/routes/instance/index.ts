import type { Operation } from "../../operation.ts";
import { describeInstance } from "./describe-instance.ts";
import { setUp } from "./set-up.ts";

export const instanceOperations: readonly Operation[] = [describeInstance, setUp];
