import { z } from "zod";
import { json, type Operation } from "../openapi/operation.ts";

const SYSTEM = { tag: "System", access: "anybody", method: "get", problems: [] } as const;

const readySchema = z.object({
  status: z.enum(["ready", "starting", "unavailable", "stopping"]),
  reason: z.enum(["database_unavailable", "database_being_prepared", "shutting_down"]).optional(),
  details: z
    .object({
      version: z.string(),
      uptimeSeconds: z.int(),
      memoryBytes: z.int(),
      database: z.object({ answers: z.boolean(), ms: z.int() }),
      worker: z.object({
        isStopped: z.boolean(),
        isPaused: z.boolean().meta({ description: "Twilio answers nobody, so it waits" }),
        underWay: z.int().meta({ description: "Registrations that this process is working on" }),
      }),
    })
    .optional()
    .meta({ description: "For the operator alone, with a token of OPS_TOKEN" }),
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
        content: json(
          z.object({
            status: z.literal("ok"),
            version: z.string(),
            commit: z.string().optional(),
          }),
          { ok: { status: "ok", version: "0.1.0", commit: "0a1b2c3d" } },
        ),
      },
    },
  },
  {
    ...SYSTEM,
    path: "/ready",
    id: "ready",
    summary: "The service can work",
    description: "With a token of OPS_TOKEN it says more; a token that is none is refused.",
    problems: ["unauthenticated", "not_found", "rate_limited"],
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
