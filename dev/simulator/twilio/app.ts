import express, { type Express, type Router } from "express";
import type { Answer, Call, Handler } from "../http/answer.ts";
import { bodyAsText, endpoint, type Side } from "../http/endpoint.ts";
import type { Operation } from "../http/faults.ts";
import * as accounts from "./accounts.ts";
import { TwilioFailure, twilioError } from "./errors.ts";
import { createMessage } from "./messages.ts";
import * as numbers from "./numbers.ts";
import { deleteRecording } from "./recordings.ts";
import * as senders from "./senders.ts";

export interface TwilioAppDeps {
  side: Side;
  senders: senders.SendersDeps;
  /** The control calls under `/simulator`. */
  control: Router;
}

/** `api.twilio.com` and `messaging.twilio.com` on one origin. Paths count in their exact case. */
export function createTwilioApp({ side, senders: deps, control }: TwilioAppDeps): Express {
  const app = express();
  app.disable("x-powered-by");
  app.enable("case sensitive routing");
  app.enable("strict routing");
  app.use("/simulator", control);
  app.use(bodyAsText());

  const { store } = deps;
  const on = (operation: Operation, handle: Handler) => endpoint(side, operation, handle);
  const account = (operation: Operation, handle: (given: typeof store, call: Call) => Answer) =>
    on(operation, (call) => handle(store, call));
  const sender = (operation: Operation, handle: (given: typeof deps, call: Call) => Answer) =>
    on(operation, (call) => handle(deps, call));

  const api = "/2010-04-01/Accounts";
  app
    .route(`${api}.json`)
    .get(account("accounts.list", accounts.listAccounts))
    .post(account("accounts.create", accounts.createAccount));
  app
    .route(`${api}/:sid.json`)
    .get(account("accounts.fetch", accounts.fetchAccount))
    .post(account("accounts.update", accounts.updateAccount));
  app
    .route(`${api}/:accountSid/IncomingPhoneNumbers.json`)
    .get(account("numbers.list", numbers.listNumbers));
  app
    .route(`${api}/:accountSid/IncomingPhoneNumbers/:sid.json`)
    .get(account("numbers.fetch", numbers.fetchNumber))
    .post(account("numbers.update", numbers.updateNumber));
  app.delete(
    `${api}/:accountSid/Recordings/:sid.json`,
    account("recordings.delete", deleteRecording),
  );
  app.post(`${api}/:accountSid/Messages.json`, account("messages.create", createMessage));
  app
    .route("/v2/Channels/Senders")
    .get(sender("senders.list", senders.listSenders))
    .post(sender("senders.create", senders.createSender));
  app
    .route("/v2/Channels/Senders/:sid")
    .get(sender("senders.fetch", senders.fetchSender))
    .post(sender("senders.update", senders.updateSender))
    .delete(sender("senders.delete", senders.deleteSender));

  app.use((request, response) => {
    const { status, body } = twilioError(new TwilioFailure(404, 20404, request.originalUrl));
    response.status(status).json(body);
  });
  return app;
}
