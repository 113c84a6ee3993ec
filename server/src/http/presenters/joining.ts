// The one place where joining by domain becomes JSON.
import { z } from "@hono/zod-openapi";
import type { DomainJoiningRecord, JoinableRecord } from "../../store/store.ts";
import { Instant, presentInstant } from "./time.ts";

export const DomainJoining = z
  .object({
    domain: z.string().openapi({ example: "example.com" }),
    role: z.string().openapi({ description: "What whoever joins becomes.", example: "member" }),
    setAt: Instant,
  })
  .openapi("DomainJoining");

export function presentDomainJoining({ domain, role, setAt }: DomainJoiningRecord): z.infer<typeof DomainJoining> {
  return { domain, role, setAt: presentInstant(setAt) };
}

export const JoinableOrganization = z
  .object({
    organization: z.object({ id: z.string(), name: z.string() }),
    domain: z.string(),
    role: z.string().openapi({ description: "What the caller would become." }),
  })
  .openapi("JoinableOrganization");

export function presentJoinable(joinable: JoinableRecord): z.infer<typeof JoinableOrganization> {
  const { organizationId, organizationName, domain, role } = joinable;
  return { organization: { id: organizationId, name: organizationName }, domain, role };
}
