import { z } from "zod";
import { ACT_NAMES } from "../../operator/acts.ts";
import { BODY_PROBLEMS, json, type Operation } from "../openapi/operation.ts";
import { assignBody, handOverBody, unassignBody } from "./post-decisions.ts";
import { findQuery } from "./get-found.ts";
import { statesQuery } from "./get-states.ts";
import { actionBody, INTEGRATION_ACTIONS, SESSION_ACTIONS } from "./post-operator-action.ts";

const OPERATION = { tag: "Operation", access: "operator" } as const;
const at = z.iso.datetime();
const path = z.object({ id: z.string() });

const acts = z
  .array(z.object({ name: z.enum(ACT_NAMES), on: z.record(z.string(), z.string()) }))
  .meta({ description: "What applies: the `id` or the fields of the body, beside the reason" });

const stateSchema = z
  .object({
    integrationId: z.string(),
    userId: z.string(),
    phoneNumber: z.string(),
    status: z.string(),
    step: z.string(),
    senderStatus: z.string().nullable(),
    waitingFor: z.string().nullable(),
    waitingSince: at.nullable(),
    error: z
      .object({
        code: z.string(),
        detail: z.string(),
        actor: z.string(),
        action: z.string(),
        provider: z.string().optional().meta({ description: "What Twilio or Meta said" }),
      })
      .nullable(),
    assignedTo: z.string().nullable().meta({ description: "The operator's word on the number" }),
    next: z.object({ what: z.string(), at: at.nullable() }),
    acts,
    can: z.array(z.string()).meta({ description: "Commands of `npm run ops` that apply" }),
  })
  .meta({ id: "PresentState", description: "What is true of a number now, and what can be done" });

const sessionSchema = z
  .object({
    sessionId: z.string(),
    userId: z.string(),
    status: z.string(),
    phoneNumber: z.string().nullable(),
    expiresAt: at,
    acts,
    can: z.array(z.string()),
  })
  .meta({ id: "PresentSession" });

const found = {
  kind: z.string().meta({ description: "What the term was taken for" }),
  integrations: z.array(stateSchema),
  sessions: z.array(sessionSchema),
};

const story = z.array(
  z.object({
    at,
    where: z.string(),
    what: z.string(),
    provider: z.string().optional(),
  }),
);

const statesSchema = z.object({
  integrations: z.array(stateSchema),
  counts: z.array(
    z.object({
      status: z.string(),
      step: z.string(),
      waitingFor: z.string().nullable(),
      code: z.string().nullable(),
      count: z.int(),
    }),
  ),
});

const NOTHING = { kind: "number", integrations: [], sessions: [] };

const reading: Operation[] = [
  {
    ...OPERATION,
    method: "get",
    path: "/ops/find",
    id: "findForOperator",
    summary: "What a number, an owner or an id means now",
    params: { query: findQuery },
    answers: {
      200: { description: "What was found", content: json(z.object(found), { nothing: NOTHING }) },
    },
    problems: ["invalid_request"],
  },
  {
    ...OPERATION,
    method: "get",
    path: "/ops/explain",
    id: "explainForOperator",
    summary: "The whole story of it, in order and in plain words",
    params: { query: findQuery },
    answers: {
      200: {
        description: "What was found, and what happened",
        content: json(z.object({ ...found, story }), { nothing: { ...NOTHING, story: [] } }),
      },
    },
    problems: ["invalid_request"],
  },
  {
    ...OPERATION,
    method: "get",
    path: "/ops/integrations",
    id: "listForOperator",
    summary: "How many numbers are in each state, and the ones that changed last",
    params: { query: statesQuery },
    answers: {
      200: {
        description: "Counts and numbers",
        content: json(statesSchema, { nothing: { integrations: [], counts: [] } }),
      },
    },
    problems: ["invalid_request"],
  },
];

function action(room: string, name: string, problems: Operation["problems"]): Operation {
  return {
    ...OPERATION,
    method: "post",
    path: `/ops/${room}/:id/${name}`,
    id: `${name}ForOperator`,
    summary: `The operator's ${name}`,
    params: { path },
    body: json(actionBody, { why: { reason: "the customer called" } }),
    answers: {
      202: {
        description: "Stored; the service does what follows",
        content: json(z.object({ success: z.literal(true) }), { stored: { success: true } }),
      },
    },
    problems: [...BODY_PROBLEMS, ...problems],
  };
}

const decisions: Operation[] = [
  {
    ...OPERATION,
    method: "post",
    path: "/ops/assign",
    id: "assignForOperator",
    summary: "A number at Twilio is meant for an owner",
    body: json(assignBody, {
      number: { phoneNumber: "+5511987654321", userId: "customer-42", reason: "bought for them" },
    }),
    answers: {
      200: {
        description: "Where it is, and what goes on",
        content: json(
          z.object({
            success: z.literal(true),
            foundIn: z.string().meta({ description: "An account, `nowhere` or `unknown`" }),
            restarted: z.array(z.string()),
            busy: z.array(z.string()).meta({ description: "Waiting for it; retry in a minute" }),
            formerUserId: z.string().nullable(),
          }),
          {
            assigned: {
              success: true,
              foundIn: "nowhere",
              restarted: [],
              busy: [],
              formerUserId: null,
            },
          },
        ),
      },
    },
    problems: BODY_PROBLEMS,
  },
  {
    ...OPERATION,
    method: "post",
    path: "/ops/unassign",
    id: "unassignForOperator",
    summary: "The operator's word on a number is taken back",
    body: json(unassignBody, { number: { phoneNumber: "+5511987654321", reason: "a mistake" } }),
    answers: {
      200: {
        description: "Whose it was, if anybody's",
        content: json(z.object({ success: z.literal(true), formerUserId: z.string().nullable() }), {
          nobody: { success: true, formerUserId: null },
        }),
      },
    },
    problems: BODY_PROBLEMS,
  },
  {
    ...OPERATION,
    method: "post",
    path: "/ops/hand-over",
    id: "handOverForOperator",
    summary: "Whoever has a number or a WABA is disconnected, then the other one goes on",
    description: "Two-step verification of the number has to be off in WhatsApp Manager first.",
    body: json(handOverBody, {
      number: {
        what: "+5511987654321",
        to: "6814a0f0c3d1e2f3a4b5c6d7",
        reason: "the shop was sold",
      },
    }),
    answers: {
      202: {
        description: "Stored; who lets go",
        content: json(z.object({ success: z.literal(true), from: z.array(z.string()) }), {
          one: { success: true, from: ["6814a0f0c3d1e2f3a4b5c6d8"] },
        }),
      },
    },
    problems: [...BODY_PROBLEMS, "integration_unknown", "not_in_state", "busy"],
  },
];

export const deskOperations: readonly Operation[] = [
  ...reading,
  ...decisions,
  ...INTEGRATION_ACTIONS.map((name) =>
    action("integrations", name, ["integration_unknown", "not_in_state", "busy"]),
  ),
  ...SESSION_ACTIONS.map((name) =>
    action("signup-sessions", name, ["session_unknown", "session_revoked", "session_used"]),
  ),
];
