import type { Operation } from "../../operation.ts";
import { approveDevice } from "./approve-device.ts";
import { claimDevice } from "./claim-device.ts";
import { denyDevice } from "./deny-device.ts";
import { issueToken } from "./issue-token.ts";
import { openLoopback } from "./open-loopback.ts";
import { requestDevice } from "./request-device.ts";

export const deviceOperations: readonly Operation[] = [
  requestDevice,
  issueToken,
  claimDevice,
  openLoopback,
  approveDevice,
  denyDevice,
];
