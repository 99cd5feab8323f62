import { z } from "zod";
import { IDEMPOTENCY_KEY, REPLAYED } from "../middleware/idempotency.ts";

/** What makes a request safe to repeat. */
export const IDEMPOTENCY_HEADER = z.object({
  [IDEMPOTENCY_KEY]: z
    .string()
    .min(1)
    .max(255)
    .regex(/^[\x21-\x7e]+$/)
    .optional()
    .meta({
      description: "Yours, new for each new request; a repeat within 24 hours takes no effect",
      examples: ["3f8a9c1e-7c55-4f0a-9d33-0f6f5b1f3a11"],
    }),
});

/** What its answer may carry. */
export const REPLAYED_HEADER = {
  [REPLAYED]: { description: "`true` on the answer to a repeat", schema: z.literal("true") },
};
