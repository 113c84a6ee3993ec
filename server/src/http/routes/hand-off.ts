// Hand-offs: the host makes a one-time link for one of its users, and the user's browser opens it.
import { z } from "@hono/zod-openapi";
import { createHandOff, endHandOff } from "../../use-cases/hand-off/create.ts";
import { previewHandOff, redeemHandOff } from "../../use-cases/hand-off/redeem.ts";
import { describeSession } from "../../use-cases/session/session.ts";
import type { SessionActor } from "../../use-cases/use-case.ts";
import { idOf, InstantInput, presentInstant, presentReceipt, Receipt } from "../../wire/schema.ts";
import { HandOffPageName } from "../../wire/session.ts";
import { CreatedHandOff, HandOffPreview, presentHandOffPreview, RedeemedHandOff } from "../../wire/hand-off.ts";
import type { TransportDeps } from "../../wire/request.ts";
import { presentSession } from "../../wire/session.ts";
import { ExternalId } from "../../wire/directory.ts";
import { EmailInput, signedIn } from "../browser.ts";
import { defineOperation, type Operation } from "../operation.ts";

const UserOfHost = z.union([
  ExternalId.openapi({ description: "The external id of a user.", example: "user-42" }),
  z.strictObject({
    externalId: ExternalId,
    name: z.string().max(1000),
    email: EmailInput,
    emailVerified: z.boolean().optional(),
  }),
]);
const OrganizationOfHost = z.union([
  ExternalId.openapi({ description: "The external id of an organization.", example: "acme" }),
  z.strictObject({ externalId: ExternalId, name: z.string().max(1000) }),
]);

const createHandOffOperation = defineOperation({
  operationId: "createHandOff",
  method: "post",
  path: "/api/manage/hand-offs",
  tag: "Management",
  summary: "Make a hand-off",
  description:
    "Returns a link that opens one session of this person in this organization: once, within one minute, for an active member and never for an instance admin. Redirect the person's browser to it at once, and do not log it. The session reaches the person's own tokens there. A user, an organization and a role that are described are created or updated first, which needs the scope directory:write as well; nobody is reinstated.",
  credentials: ["management-key"],
  scope: "hand-offs:create",
  body: z.strictObject({
    user: UserOfHost.openapi({ description: "An external id, or the user, who is created or updated." }),
    organization: OrganizationOfHost.openapi({
      description: "An external id, or the organization, which is created or updated.",
    }),
    role: z
      .string()
      .max(200)
      .optional()
      .openapi({ description: "With it, the user becomes a member with this role.", example: "member" }),
    page: HandOffPageName.openapi({ description: "Where the person arrives." }),
    returnTo: z.string().max(4000).optional().openapi({
      description:
        "Where the person arrives instead: the `return_to` that this instance sent to the host's sign-in page. A path or an address of this instance.",
      example: "/cli/authorize?redirect_uri=http%3A%2F%2F127.0.0.1%3A49152%2Fcallback",
    }),
    returnUrl: z.string().max(4000).optional().openapi({
      description: "A page of the host to go back to. Its origin is one of `MINTMARK_RETURN_ORIGINS`.",
      example: "https://app.example.com/settings",
    }),
    authenticatedAt: InstantInput.optional().openapi({
      type: "string",
      format: "date-time",
      description:
        "When the person last proved to the host who they are. For 15 minutes from then, the session may do what needs a recent password. Without it, never.",
    }),
  }),
  status: 201,
  response: CreatedHandOff,
  refusals: [
    "external_id_unknown",
    "not_found",
    "name_invalid",
    "email_invalid",
    "email_taken",
    "role_unknown",
    "person_suspended",
    "instance_admin_protected",
    "limit_reached",
    "rate_limited",
  ],
  handle: async ({ deps, actor, body }) => {
    const { id, code, expiresAt } = await createHandOff(deps, actor, body);
    const url = `${deps.settings.baseUrl}/hand-off#code=${code.expose()}`;
    return { body: { url, id, expiresAt: presentInstant(expiresAt) } };
  },
});

const endHandOffOperation = defineOperation({
  operationId: "endHandOff",
  method: "delete",
  path: "/api/manage/hand-offs/{id}",
  tag: "Management",
  summary: "End a hand-off",
  description:
    "When the response arrives, its link and the session that it opened are refused. A repeated request returns the first receipt.",
  credentials: ["management-key"],
  scope: "hand-offs:create",
  params: z.strictObject({ id: idOf("handOff") }),
  status: 200,
  response: Receipt,
  refusals: ["not_found"],
  handle: async ({ deps, actor, params }) => ({ body: presentReceipt(await endHandOff(deps, actor, params.id)) }),
});

const Code = z.string().max(1000).openapi({ description: "The part of the link after `#code=`." });

const previewHandOffOperation = defineOperation({
  operationId: "previewHandOff",
  method: "post",
  path: "/api/hand-offs/preview",
  tag: "Session",
  summary: "Show whom a hand-off is for",
  description: "Does not use the link up. An unknown, used, expired and ended link get the same answer.",
  credentials: ["public"],
  body: z.strictObject({ code: Code }),
  status: 200,
  response: HandOffPreview,
  refusals: ["hand_off_invalid"],
  handle: async ({ deps, body }) => ({ body: presentHandOffPreview(await previewHandOff(deps, body.code)) }),
});

const RedeemBody = z.strictObject({
  code: Code,
  as: z
    .enum(["cookie", "page-token"])
    .default("cookie")
    .openapi({ description: "`page-token`: for a framed page. The answer holds a token, and no cookie is set." }),
  replaceSession: z.boolean().default(false).openapi({
    description:
      "Whether the present session of this browser may end. Without it, a session of another person, and one of a sign-in, is kept, and the answer is 409 `hand_off_other_session`.",
  }),
});

const redeemHandOffOperation = defineOperation({
  operationId: "redeemHandOff",
  method: "post",
  path: "/api/hand-offs/redeem",
  tag: "Session",
  summary: "Open the session of a hand-off",
  description:
    "Needs no session. A link works once, for one minute, as long as its person is an active member. Of two simultaneous requests, one succeeds. An unknown, used, expired and ended link get the same answer. The session lasts 60 minutes, or 15 minutes by a page token, and reaches the person's own tokens in one organization.",
  credentials: ["session", "hand-off"],
  mayBeSignedOut: true,
  body: RedeemBody,
  setsCookie: true,
  status: 200,
  response: RedeemedHandOff,
  refusals: ["hand_off_invalid", "hand_off_other_session"],
  handle: async ({ deps, actor, body, origin }: RedeemRequest) => {
    const { as: via, code, replaceSession } = body;
    const redeemed = await redeemHandOff(deps, actor, { code, via, replaceSession }, origin);
    const session = presentSession(await describeSession(deps, redeemed.actor));
    const answer = { session, to: redeemed.to, pageToken: null };
    if (via === "cookie") return signedIn(redeemed, answer);
    return { body: { ...answer, pageToken: redeemed.secret.expose() } };
  },
});

interface RedeemRequest {
  readonly deps: TransportDeps;
  readonly actor: SessionActor | null;
  readonly body: z.infer<typeof RedeemBody>;
  readonly origin: SessionActor["origin"];
}

export const handOffOperations: readonly Operation[] = [
  createHandOffOperation,
  endHandOffOperation,
  previewHandOffOperation,
  redeemHandOffOperation,
];
