import { z } from "@hono/zod-openapi";
import { idOf } from "../../presenters/id.ts";

export const NoticePath = z.strictObject({ id: idOf("notice") });
