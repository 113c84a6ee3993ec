// A token policy on the wire: what is sent to change it is what is answered, whole.
import { z } from "@hono/zod-openapi";
import { MAX_EXPIRY_DAYS, type TokenPolicy as PolicyValue } from "@mintmark/core";

const Ceiling = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("role") }),
    z.strictObject({ kind: z.literal("read-only") }),
    z.strictObject({ kind: z.literal("list"), permissions: z.array(z.string().max(100)).max(500) }),
  ])
  .openapi({ description: "The upper bound of every credential: its role, what only reads, or a list." });

const days = (what: string): z.ZodNullable<z.ZodInt> =>
  z
    .int()
    .nullable()
    .openapi({ description: `${what}, 1–${MAX_EXPIRY_DAYS} days. \`null\`: no limit.`, example: 90 });

export const TokenPolicy = z
  .strictObject({
    maxLifetimeDays: days("The oldest a token may get, and the latest expiry that can be chosen"),
    allowNoExpiry: z.boolean().openapi({ description: "Whether tokens without expiry may exist." }),
    ceiling: Ceiling,
    mintableBy: z.array(z.string().max(100)).max(200).openapi({ description: "The roles that may mint tokens." }),
    oversight: z.enum(["audit", "list", "list-and-revoke"]).openapi({
      description: "What admins may do with members' tokens.",
    }),
    revokeOnSuspend: z.boolean().openapi({ description: "Whether suspending a member revokes their tokens." }),
    idleDays: days("How long a token may stay unused"),
    networks: z
      .array(z.string().max(60))
      .max(200)
      .nullable()
      .openapi({
        description: "The networks (CIDR) tokens may be used from. `null`: any. An unknown address is refused.",
        example: ["203.0.113.0/24"],
      }),
    mcp: z.enum(["read-write", "read-only", "off"]),
  })
  .openapi("TokenPolicy", { description: "Tightening it applies to existing tokens at once." });

export function presentPolicy(policy: PolicyValue): z.infer<typeof TokenPolicy> {
  const { ceiling, networks } = policy;
  return {
    ...policy,
    ceiling: ceiling.kind === "list" ? { kind: "list", permissions: [...ceiling.permissions] } : ceiling,
    mintableBy: [...policy.mintableBy],
    networks: networks === null ? null : [...networks],
  };
}
