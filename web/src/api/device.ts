// Terminal logins, which the signed-in person opens, approves or denies.
import { dataOf, api } from "./client.ts";
import type { MintInput } from "./token.ts";
import type { DeviceDecision, DeviceLogin } from "./types.ts";

/** Claims the login: from now on only this browser can approve or deny it. */
export function claimDevice(userCode: string): Promise<DeviceLogin> {
  return dataOf(api.POST("/api/device/claim", { body: { userCode } }));
}

interface LoopbackRequest {
  readonly redirectUri: string;
  readonly codeChallenge: string;
  readonly deviceName?: string;
}

export function openLoopback(body: LoopbackRequest): Promise<DeviceLogin> {
  return dataOf(api.POST("/api/device/loopback", { body }));
}

export function approveDevice(id: string, token: MintInput): Promise<DeviceDecision> {
  return dataOf(api.POST("/api/device/approve", { body: { ...token, id } }));
}

export function denyDevice(id: string): Promise<DeviceDecision> {
  return dataOf(api.POST("/api/device/deny", { body: { id } }));
}
