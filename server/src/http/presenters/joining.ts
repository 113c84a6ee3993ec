// The one place where joining by domain becomes JSON.
import { z } from "@hono/zod-openapi";
import type { DomainJoining as DomainJoiningValue } from "../../service/joining/domain-joining.ts";
import type { JoinableRecord } from "../../store/store.ts";
import { Instant, presentInstant } from "./time.ts";

export const DomainJoining = z
  .object({
    domain: z.string().openapi({ example: "example.com" }),
    role: z.string().openapi({ description: "What whoever joins becomes.", example: "member" }),
    setAt: Instant,
    open: z.boolean().openapi({
      description:
        "`false`: the person who opened it may no longer do so, so nobody joins. Opening it again lets people join on your authority.",
    }),
  })
  .openapi("DomainJoining");

export function presentDomainJoining({ joining, isOpen }: DomainJoiningValue): z.infer<typeof DomainJoining> {
  const { domain, role, setAt } = joining;
  return { domain, role, setAt: presentInstant(setAt), open: isOpen };
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
