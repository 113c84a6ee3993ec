import { z } from "@hono/zod-openapi";
import { trimSecret } from "@mintmark/core";
import { readClientAddress } from "../../../network/client-address.ts";
import { routeOf } from "../../../verify/route.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { CredentialText, Identity, presentPrincipal } from "../../presenters/identity.ts";

const VerifyBody = z.strictObject({
  token: CredentialText.openapi({ description: "The credential your client sent to you." }),
  permission: z.string().max(100).optional().openapi({ description: "Also ask whether it holds this permission." }),
  ip: z
    .string()
    .max(100)
    .refine((text) => readClientAddress(text) !== null, {
      message: "This is not an IP address. Send your client's, such as 203.0.113.7 or 2001:db8::7, or leave ip out.",
    })
    .optional()
    .openapi({
      description:
        "Your client's address, for network policies and the audit log. It may have a port or brackets. Without it, a policy that names networks refuses the credential. Text that is not an address is refused.",
    }),
  userAgent: z.string().max(1000).optional(),
  method: z.string().max(20).optional().openapi({ description: "What your client asked for, for the history of use." }),
  path: z
    .string()
    .max(2000)
    .optional()
    .openapi({ description: "Its path. Only words of it are kept: ids become `:id`, the query is dropped." }),
});

const VerifyAnswer = z
  .union([
    z.object({ active: z.literal(true), ...Identity.shape }),
    z.object({ active: z.literal(false), code: z.string().openapi({ description: "Why, by its stable code." }) }),
  ])
  .openapi("VerifyAnswer");

const USER_AGENT_LENGTH = 300;

export const verify: Operation = defineOperation({
  operationId: "verify",
  method: "post",
  path: "/api/verify",
  tag: "Verification",
  summary: "Verify a credential",
  description:
    "For a protected service: is this credential good now, whose is it, what may it do. A refused credential is an answer, not an error.",
  credentials: ["service"],
  body: VerifyBody,
  status: 200,
  answer: VerifyAnswer,
  refusals: [],
  handle: async ({ deps, body }) => {
    const client = {
      ip: body.ip === undefined ? null : readClientAddress(body.ip),
      userAgent: body.userAgent?.slice(0, USER_AGENT_LENGTH) ?? null,
      route: routeOf(body.method, body.path),
    };
    const verification = await deps.verifier.verify(trimSecret(body.token), client, body.permission);
    return {
      body: verification.ok
        ? { active: true as const, ...presentPrincipal(verification.principal) }
        : { active: false as const, code: verification.code },
    };
  },
});
