// The one place where the instance's own description becomes JSON.
import { z } from "@hono/zod-openapi";
import type { InstanceView } from "../../service/instance/describe-instance.ts";

export const Instance = z
  .object({
    setUp: z.boolean().openapi({ description: "Whether the first account exists." }),
    signUp: z.enum(["invite", "open"]),
    brand: z.string().openapi({ description: "What secrets begin with.", example: "mm" }),
    personalTokens: z
      .enum(["allow", "deny"])
      .openapi({ description: "Whether tokens of personal organizations can be minted and used." }),
    baseUrl: z.string(),
    mail: z.boolean().openapi({ description: "Whether the instance sends mail: then passwords can be reset by it." }),
    permissions: z.array(z.object({ name: z.string(), access: z.enum(["read", "write"]), description: z.string() })),
    roles: z.array(z.object({ name: z.string(), description: z.string(), permissions: z.array(z.string()) })),
  })
  .openapi("Instance");

export function presentInstance({ setUp, settings, mail, catalogue }: InstanceView): z.infer<typeof Instance> {
  return {
    setUp,
    signUp: settings.signUp,
    brand: settings.brand,
    personalTokens: settings.allowPersonalTokens ? "allow" : "deny",
    baseUrl: settings.baseUrl,
    mail,
    permissions: [...catalogue.permissions.values()].map(({ name, access, description }) => ({
      name,
      access,
      description,
    })),
    roles: [...catalogue.roles.values()].map(({ name, description, permissions }) => ({
      name,
      description,
      permissions: [...permissions],
    })),
  };
}
