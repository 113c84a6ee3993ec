// The one place where a login from a terminal becomes JSON: what a person needs to decide about it.
import { z } from "@hono/zod-openapi";
import type { DeviceLoginRecord } from "../store/store.ts";
import type { Decided } from "../use-cases/device/decide.ts";
import { addressBlock } from "../use-cases/limits/attempts.ts";
import { Instant, presentInstant } from "./fields.ts";

export const DeviceLogin = z
  .object({
    id: z.string(),
    deviceName: z.string().openapi({ description: "What the device calls itself. Unverified: anybody can write it." }),
    ip: z.string().nullable().openapi({ description: "Where it was asked for; `null` when that is not known." }),
    userAgent: z.string().nullable(),
    isSameNetwork: z.boolean().openapi({ description: "Whether it was asked for from where this request comes from." }),
    requestedAt: Instant,
    expiresAt: Instant.openapi({ description: "Until then it can be approved." }),
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
        "Where the browser goes next, on the machine it runs on; `null` where the device polls. After an approval it carries a one-time code, which is of no use without the command that began the login.",
    }),
  })
  .openapi("DeviceDecision");

export function presentDecision({ loopback, code }: Decided): z.input<typeof DeviceDecision> {
  if (loopback === null) return { returnTo: null };
  const query = new URLSearchParams(code === null ? { error: "access_denied" } : { code: code.expose() });
  return { returnTo: `${loopback.redirectUri}?${query.toString()}` };
}
