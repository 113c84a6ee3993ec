// Logins from a terminal: opened, approved and denied by the person who is signed in here.
import { answerOf, api } from "./client.ts";
import type { MintInput } from "./token.ts";
import type { DeviceDecision, DeviceLogin } from "./types.ts";

/** From now on this browser alone can decide about the login. */
export function claimDevice(userCode: string): Promise<DeviceLogin> {
  return answerOf(api.POST("/api/device/claim", { body: { userCode } }));
}

interface LoopbackRequest {
  readonly redirectUri: string;
  readonly codeChallenge: string;
  readonly deviceName?: string;
}

export function openLoopback(body: LoopbackRequest): Promise<DeviceLogin> {
  return answerOf(api.POST("/api/device/loopback", { body }));
}

export function approveDevice(id: string, token: MintInput): Promise<DeviceDecision> {
  return answerOf(api.POST("/api/device/approve", { body: { ...token, id } }));
}

export function denyDevice(id: string): Promise<DeviceDecision> {
  return answerOf(api.POST("/api/device/deny", { body: { id } }));
}
