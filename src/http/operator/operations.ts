import { z } from "zod";
import { OUTCOMES } from "../../doctor/check.ts";
import { PROBE_PATH } from "../../doctor/probe.ts";
import { json, type Operation } from "../openapi/operation.ts";

const OPERATION = { tag: "Operation", access: "operator", method: "get", problems: [] } as const;

const outcome = z
  .enum(OUTCOMES)
  .meta({ description: "`fail`: something does not work until a person mends it" });

const reportSchema = z.object({
  outcome,
  checkedAt: z.iso.datetime(),
  version: z.string(),
  checks: z.array(
    z.object({
      check: z.string(),
      outcome,
      message: z.string().meta({ description: "What was found, and what to do" }),
    }),
  ),
});

const probeSchema = z.object({
  answer: z.string(),
  protocol: z.string(),
  host: z.string(),
  hops: z.int(),
});

export const operatorOperations: readonly Operation[] = [
  {
    ...OPERATION,
    path: "/ops/doctor",
    id: "doctor",
    summary: "Whether the installation can work, and what to do where it cannot",
    description: "The checks of `npm run doctor`, run by this process. They change nothing.",
    answers: {
      200: {
        description: "What was found, also where something fails",
        content: json(reportSchema, {
          warned: {
            outcome: "warn",
            checkedAt: "2026-11-27T12:00:00.000Z",
            version: "0.1.0",
            checks: [{ check: "node", outcome: "ok", message: "Node v24.11.0" }],
          },
        }),
      },
    },
  },
  {
    ...OPERATION,
    path: "/metrics",
    id: "metrics",
    summary: "Metrics of this process, for Prometheus",
    answers: {
      200: {
        description: "Prometheus' text format",
        content: { "text/plain": { schema: z.string(), examples: {} } },
      },
    },
  },
  {
    ...OPERATION,
    access: "visitor",
    path: `${PROBE_PATH}/:token`,
    id: "probe",
    summary: "What arrives of a request that this service sent to itself",
    description: "Found only by the doctor of the same installation.",
    params: { path: z.object({ token: z.string() }) },
    problems: ["not_found"],
    answers: {
      200: {
        description: "Scheme, host and proxies as this process saw them",
        content: json(probeSchema, {
          arrived: { answer: "c2lnbmVk", protocol: "https", host: "api.example.com", hops: 1 },
        }),
      },
    },
  },
];
