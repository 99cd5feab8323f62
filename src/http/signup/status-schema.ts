import { z } from "zod";

export const statusSchema = z
  .object({
    success: z.literal(true),
    sessionId: z.string(),
    kind: z.enum(["working", "code", "connected", "problem", "disconnected"]),
    settled: z.boolean().meta({ description: "Nothing more will happen by itself" }),
    title: z.string(),
    paragraphs: z.array(z.string()).meta({ description: "In the order in which they are read" }),
    customerAction: z
      .string()
      .nullable()
      .meta({ description: "What the customer does about a problem; null where there is none" }),
    steps: z.array(
      z.object({
        id: z.enum(["authorised", "subaccount", "sender", "online"]),
        state: z.enum(["done", "current", "open", "failed"]),
      }),
    ),
    code: z.object({
      due: z.boolean().meta({ description: "A one-time code can be entered now" }),
      resend: z.boolean().meta({ description: "A new code can be asked for" }),
      error: z.string().nullable().meta({ description: "What was wrong with the last code" }),
    }),
    retryingUntil: z.iso.datetime().nullable().meta({
      description:
        "Until then at most the service tries again by itself; null where it does not, or a few times only",
    }),
    remedy: z
      .enum(["retry", "name", "connect"])
      .nullable()
      .meta({ description: "What mends it: another try, one with another name, another signup" }),
    onward: z.url().nullable().meta({ description: "Where the customer goes on" }),
  })
  .meta({
    id: "CustomerStatus",
    description: "How a registration is doing, as the customer reads it",
  });

export const relayedCodeSchema = z
  .object({
    success: z.literal(true),
    relay: z.enum(["none", "waiting", "code"]),
    code: z.string().optional(),
    codes: z.array(z.object({ code: z.string(), from: z.string(), at: z.iso.datetime() })),
  })
  .meta({ id: "RelayedCode", description: "Codes that reached the assigned number at Twilio" });
