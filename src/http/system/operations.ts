import { z } from "zod";
import { json, type Operation } from "../openapi/operation.ts";

const SYSTEM = { tag: "System", access: "anybody", method: "get", problems: [] } as const;

const readySchema = z.object({
  status: z.enum(["ready", "starting", "unavailable", "stopping"]),
  reason: z.enum(["database_unavailable", "database_being_prepared", "shutting_down"]).optional(),
});

export const systemOperations: readonly Operation[] = [
  {
    ...SYSTEM,
    path: "/health",
    id: "health",
    summary: "The process answers",
    answers: {
      200: {
        description: "It does",
        content: json(z.object({ status: z.literal("ok") }), { ok: { status: "ok" } }),
      },
    },
  },
  {
    ...SYSTEM,
    path: "/ready",
    id: "ready",
    summary: "The service can work",
    answers: {
      200: { description: "It can", content: json(readySchema, { ready: { status: "ready" } }) },
      503: {
        description: "It cannot, and why",
        content: json(readySchema, {
          starting: { status: "starting", reason: "database_unavailable" },
        }),
      },
    },
  },
];
