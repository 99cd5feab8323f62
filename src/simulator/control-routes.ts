import express, { type ErrorRequestHandler, type Request, type Router } from "express";
import { z } from "zod";
import * as bodies from "./control-schemas.ts";
import type { FaultBook } from "./http/faults.ts";
import type { RequestLog } from "./http/request-log.ts";
import type { MetaControl } from "./meta/control.ts";
import { LaunchRefused } from "./meta/signup.ts";
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

  router.post("/scenarios", (request, response) => {
    const { number, scenario } = bodies.scenarioBody.parse(request.body);
    twilio.setScenario(number, scenario);
    response.status(204).end();
  });
  router.post("/faults", (request, response) => {
    faults.add(bodies.faultBody.parse(request.body));
    response.status(204).end();
  });
  router.post("/reset", (_request, response) => {
    reset();
    response.status(204).end();
  });
  router.post("/accounts", (request, response) => {
    response.status(201).json(twilio.seedAccount(bodies.accountBody.parse(request.body ?? {})));
  });
  router.post("/numbers", (request, response) => {
    response.status(201).json(twilio.seedNumber(bodies.numberBody.parse(request.body)));
  });
  router.post("/senders", (request, response) => {
    response.status(201).json(twilio.seedSender(bodies.senderBody.parse(request.body)));
  });
  router.post("/senders/:sid", (request: Request<{ sid: string }>, response) => {
    const change = bodies.senderChangeBody.parse(request.body);
    response.json(twilio.setSender(request.params.sid, change));
  });
  router.delete("/senders/:sid", (request: Request<{ sid: string }>, response) => {
    twilio.removeSender(request.params.sid);
    response.status(204).end();
  });
  router.post("/sms", async (request, response) => {
    response.json(await twilio.receiveSms(bodies.smsBody.parse(request.body)));
  });
  router.post("/calls", async (request, response) => {
    response.json(await twilio.receiveCall(bodies.callBody.parse(request.body)));
  });
  router.post("/signup", (request, response) => {
    response.json(meta.completeSignup(bodies.signupBody.parse(request.body)));
  });
  router.get("/state", (_request, response) => {
    response.json({
      ...twilio.state(),
      wabas: meta.wabas(),
      faults: faults.pending(),
      requests: log.all(),
      counts: log.counts(),
    });
  });
  router.use(explain);
  return router;
}

const explain: ErrorRequestHandler = (error, _request, response, next) => {
  if (response.headersSent) next(error);
  else response.status(400).json({ error: textOf(error) });
};

function textOf(error: unknown): string {
  if (error instanceof z.ZodError) return z.prettifyError(error);
  if (error instanceof LaunchRefused) return `The popup would not open: ${error.message}`;
  return error instanceof Error ? error.message : "Unknown error";
}
