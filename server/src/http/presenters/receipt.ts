import { z } from "@hono/zod-openapi";
import type { Receipt as ReceiptValue } from "../../service/receipt.ts";
import { Instant, presentInstant } from "./time.ts";

export const Receipt = z
  .object({
    revoked: z.literal(true),
    at: Instant,
    confirmedBy: z.enum(["single", "replicas", "lease"]),
    waitedMs: z.number(),
  })
  .openapi("Receipt", { description: "When this is answered, the authority has ended, everywhere." });

export function presentReceipt(receipt: ReceiptValue): z.infer<typeof Receipt> {
  return { ...receipt, at: presentInstant(receipt.at) };
}
