// The JSON of a login from a terminal: everything that a person needs to decide about it.
import { z } from "@hono/zod-openapi";
import type { DeviceLoginRecord } from "../store/store.ts";
import type { Decided } from "../use-cases/device/decide.ts";
import { addressBlock } from "../network/client-address.ts";
import { Instant, presentInstant } from "./schema.ts";

export const DeviceLogin = z
  .object({
    id: z.string(),
    deviceName: z.string().openapi({ description: "The device's name for itself. Unverified: anyone can set it." }),
    ip: z.string().nullable().openapi({ description: "The address that requested the login; `null` when unknown." }),
    userAgent: z.string().nullable(),
    isSameNetwork: z.boolean().openapi({ description: "Whether that address is also the address of this request." }),
    requestedAt: Instant,
    expiresAt: Instant.openapi({ description: "The end of the time to approve it." }),
  })
  .openapi("DeviceLogin");

export function presentDeviceLogin(login: DeviceLoginRecord, ip: string | null): z.input<typeof DeviceLogin> {
  return {
    id: login.id,
    deviceName: login.deviceName,
    ip: login.ip,
    userAgent: login.userAgent,
    isSameNetwork: login.ip !== null && ip !== null && addressBlock(login.ip) === addressBlock(ip),
    requestedAt: presentInstant(login.createdAt),
    expiresAt: presentInstant(login.expiresAt),
  };
}

export const DeviceDecision = z
  .object({
    returnTo: z.string().nullable().openapi({
      description:
        "The loopback address to open next in the browser; `null` where the device polls. After an approval it contains a one-time code, which only the command that started the login can use.",
    }),
  })
  .openapi("DeviceDecision");

export function presentDecision({ loopback, code }: Decided): z.input<typeof DeviceDecision> {
  if (loopback === null) return { returnTo: null };
  const query = new URLSearchParams(code === null ? { error: "access_denied" } : { code: code.expose() });
  return { returnTo: `${loopback.redirectUri}?${query.toString()}` };
}
