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
    }),
});

/** What its answer may carry. */
export const REPLAYED_HEADER = z.object({
  [REPLAYED]: z.literal("true").optional().meta({ description: "On the answer to a repeat" }),
});
