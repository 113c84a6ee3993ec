import { z } from "@hono/zod-openapi";
import { idOf } from "../../presenters/id.ts";

/** The path of one organization, and of everything that belongs to it. */
export const OrganizationPath = z.strictObject({ id: idOf("organization") });
