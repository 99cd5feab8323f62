import { z } from "zod";
import { BODY_PROBLEMS, json, type Operation } from "../openapi/operation.ts";
import { findQuery } from "./get-found.ts";
import { statesQuery } from "./get-states.ts";
import { actionBody, INTEGRATION_ACTIONS, SESSION_ACTIONS } from "./post-operator-action.ts";

const OPERATION = { tag: "Operation", access: "operator" } as const;
const at = z.iso.datetime();
const path = z.object({ id: z.string() });

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
    next: z.object({ what: z.string(), at: at.nullable() }),
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

export const deskOperations: readonly Operation[] = [
  ...reading,
  ...INTEGRATION_ACTIONS.map((name) =>
    action("integrations", name, ["integration_unknown", "not_in_state", "busy"]),
  ),
  ...SESSION_ACTIONS.map((name) =>
    action("signup-sessions", name, ["session_unknown", "session_revoked", "session_used"]),
  ),
];
