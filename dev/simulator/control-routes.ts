import express, { type ErrorRequestHandler, type RequestHandler, type Router } from "express";
import { z } from "zod";
import * as bodies from "./control-schemas.ts";
import type { FaultBook } from "./http/faults.ts";
import type { RequestLog } from "./http/request-log.ts";
import type { MetaControl } from "./meta/control.ts";
import type { TwilioControl } from "./twilio/control.ts";

export interface ControlDeps {
  twilio: TwilioControl;
  meta: MetaControl;
  faults: FaultBook;
  log: RequestLog;
  reset: () => void;
}

/** The control calls, the same under `/simulator` on both origins. */
export function controlRoutes({ twilio, meta, faults, log, reset }: ControlDeps): Router {
  const router = express.Router();
  router.use(express.json());

  router.post(
    "/scenarios",
    answers(204, ({ body }) => {
      const { number, scenario } = bodies.scenarioBody.parse(body);
      twilio.setScenario(number, scenario);
    }),
  );
  router.post(
    "/faults",
    answers(204, ({ body }) => faults.add(bodies.faultBody.parse(body))),
  );
  router.post("/reset", answers(204, reset));
  accountRoutes(router, twilio);
  router.post(
    "/numbers",
    answers(201, ({ body }) => twilio.seedNumber(bodies.numberBody.parse(body))),
  );
  router.post(
    "/senders",
    answers(201, ({ body }) => twilio.seedSender(bodies.senderBody.parse(body))),
  );
  router.post(
    "/senders/:sid",
    answers(200, ({ body, params }) =>
      twilio.setSender(String(params.sid), bodies.senderChangeBody.parse(body)),
    ),
  );
  router.delete(
    "/senders/:sid",
    answers(204, ({ params }) => twilio.removeSender(String(params.sid))),
  );
  router.post(
    "/sms",
    answers(200, ({ body }) => twilio.receiveSms(bodies.smsBody.parse(body))),
  );
  router.post(
    "/messages",
    answers(200, ({ body }) => twilio.receiveMessage(bodies.messageBody.parse(body))),
  );
  router.post(
    "/calls",
    answers(200, ({ body }) => twilio.receiveCall(bodies.callBody.parse(body))),
  );
  metaRoutes(router, meta);
  router.get(
    "/state",
    answers(200, ({ query }) => stateOf({ twilio, meta, faults, log }, query.requests)),
  );
  router.use(explain);
  return router;
}

function metaRoutes(router: Router, meta: MetaControl): void {
  router.post(
    "/wabas",
    answers(201, ({ body }) => meta.seedWaba(bodies.wabaBody.parse(body))),
  );
  router.post(
    "/signup",
    answers(200, ({ body }) => meta.completeSignup(bodies.signupBody.parse(body))),
  );
  router.post(
    "/codes",
    answers(200, ({ body }) => meta.sendCode(bodies.codeBody.parse(body))),
  );
}

function accountRoutes(router: Router, twilio: TwilioControl): void {
  router.post(
    "/accounts",
    answers(201, ({ body }) => twilio.seedAccount(bodies.accountBody.parse(body ?? {}))),
  );
  router.post(
    "/accounts/:sid",
    answers(200, ({ body, params }) =>
      twilio.setAccount(String(params.sid), bodies.accountChangeBody.parse(body)),
    ),
  );
}

/** @param last shows only so many of the latest requests */
function stateOf({ twilio, meta, faults, log }: Omit<ControlDeps, "reset">, last: unknown) {
  const requests = log.all();
  return {
    ...twilio.state(),
    wabas: meta.wabas(),
    faults: faults.pending(),
    requests:
      last === undefined ? requests : requests.slice(Math.max(requests.length - Number(last), 0)),
    counts: log.counts(),
  };
}

interface ControlCall {
  body: unknown;
  params: Record<string, unknown>;
  query: Record<string, unknown>;
}

function answers(status: number, act: (call: ControlCall) => unknown): RequestHandler {
  return async ({ body, params, query }, response) => {
    const result = await act({ body, params, query });
    if (status === 204) response.status(status).end();
    else response.status(status).json(result ?? null);
  };
}

const explain: ErrorRequestHandler = (error, _request, response, next) => {
  if (response.headersSent) next(error);
  else response.status(400).json({ error: textOf(error) });
};

function textOf(error: unknown): string {
  if (error instanceof z.ZodError) return z.prettifyError(error);
  return error instanceof Error ? error.message : "Unknown error";
}
