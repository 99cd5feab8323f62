import { z } from "zod";
import { BODY_PROBLEMS, json, type Operation } from "../openapi/operation.ts";
import { exportQuery } from "./get-export.ts";
import { eraseBody } from "./post-erase.ts";

const OPERATION = { tag: "Operation", access: "operator" } as const;
const at = z.iso.datetime();
const remainders = z.array(z.object({ what: z.string(), why: z.string() }));

const reportSchema = z
  .object({
    success: z.literal(true),
    userId: z.string(),
    state: z.enum(["nothing", "under_way", "complete"]),
    requestedAt: at.nullable(),
    completedAt: at.nullable(),
    left: remainders.meta({ description: "What has to go before all is deleted" }),
    stays: remainders.meta({ description: "What is not deleted, and why" }),
  })
  .meta({ id: "ErasureReport" });

const documents = z.array(z.record(z.string(), z.unknown()));

const exportSchema = z
  .object({
    userId: z.string(),
    exportedAt: at,
    integrations: documents,
    signupSessions: documents,
    lineSpellings: documents,
    numberHolds: documents,
    wabaHolds: documents,
    numberAssignments: documents,
    subaccounts: documents,
    codeUses: z.array(z.object({ line: z.string(), use: z.string(), at })),
    relays: z.array(
      z.object({
        line: z.string(),
        sessionId: z.string(),
        channel: z.string(),
        locale: z.string(),
        until: at,
      }),
    ),
    legacyImports: documents,
    olderDocuments: z.array(
      z.object({ id: z.string(), externalId: z.unknown(), status: z.unknown() }),
    ),
    erasure: z
      .object({ reason: z.string(), requestedAt: at, completedAt: at.nullable() })
      .nullable(),
  })
  .meta({ id: "OwnerExport" });

const UNDER_WAY = {
  success: true,
  userId: "customer-42",
  state: "under_way",
  requestedAt: "2026-11-27T12:00:00.000Z",
  completedAt: null,
  left: [
    {
      what: "+5511987654321 (integration 6814a0f0c3d1e2f3a4b5c6d7)",
      why: "being disconnected; waits for twilio",
    },
  ],
  stays: [],
};

const NOTHING_STORED = {
  userId: "customer-42",
  exportedAt: "2026-11-27T12:00:00.000Z",
  integrations: [],
  signupSessions: [],
  lineSpellings: [],
  numberHolds: [],
  wabaHolds: [],
  numberAssignments: [],
  subaccounts: [],
  codeUses: [],
  relays: [],
  legacyImports: [],
  olderDocuments: [],
  erasure: null,
};

export const privacyOperations: readonly Operation[] = [
  {
    ...OPERATION,
    method: "post",
    path: "/ops/erase",
    id: "eraseForOperator",
    summary: "All that is stored of an owner is deleted, its numbers disconnected first",
    description: "Harmless to repeat; the answer says each time what is left.",
    body: json(eraseBody, { owner: { userId: "customer-42", reason: "asked to be forgotten" } }),
    answers: {
      200: {
        description: "Nothing of it is left, or was there",
        content: json(reportSchema, {
          nothing: { ...UNDER_WAY, state: "nothing", requestedAt: null, left: [] },
        }),
      },
      202: {
        description: "Stored; the service carries it on by itself",
        content: json(reportSchema, { underWay: UNDER_WAY }),
      },
    },
    problems: BODY_PROBLEMS,
  },
  {
    ...OPERATION,
    method: "get",
    path: "/ops/export",
    id: "exportForOperator",
    summary: "All that is stored about an owner, without secrets and without other owners",
    description: "Leaves a line in the log. Documents are as they are stored.",
    params: { query: exportQuery },
    answers: {
      200: {
        description: "What is stored",
        content: json(exportSchema, { nothing: NOTHING_STORED }),
      },
    },
    problems: ["invalid_request"],
  },
];
