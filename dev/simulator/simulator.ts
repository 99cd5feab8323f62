import { randomBytes } from "node:crypto";
import type { SimulatorClock } from "./clock.ts";
import { controlRoutes } from "./control-routes.ts";
import type { Side } from "./http/endpoint.ts";
import { FaultBook } from "./http/faults.ts";
import { RequestLog } from "./http/request-log.ts";
import { listen } from "./http/server.ts";
import { createMetaApp } from "./meta/app.ts";
import { MetaControl } from "./meta/control.ts";
import { graphError, GraphFailure } from "./meta/errors.ts";
import type { SignupDeps } from "./meta/signup.ts";
import { MetaStore } from "./meta/store.ts";
import type { SimulatorOptions } from "./options.ts";
import { SharedWabas } from "./shared-wabas.ts";
import { createTwilioApp } from "./twilio/app.ts";
import { TwilioControl } from "./twilio/control.ts";
import { orderedError, twilioError, TwilioFailure } from "./twilio/errors.ts";
import { ScenarioBook } from "./twilio/scenarios.ts";
import type { SendersDeps } from "./twilio/senders.ts";
import { newSid, TwilioStore } from "./twilio/store.ts";

/** The running stand-ins. */
export interface Simulator {
  /** For `TWILIO_API_BASE_URL` and `TWILIO_MESSAGING_BASE_URL`. */
  readonly twilioUrl: string;
  /** For `META_GRAPH_BASE_URL`; the SDK is `/sdk.js` there. */
  readonly metaUrl: string;
  readonly twilio: TwilioControl;
  readonly meta: MetaControl;
  /** Forgets everything but the parent account; requests that hang are cut. */
  reset(): void;
  close(): Promise<void>;
}

/** Starts both stand-ins on loopback. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const clock = options.clock ?? { now: () => new Date() };
  const world = createWorld(options, clock);
  const { faults, log, store, scenarios, shared, metaStore, signup, senders } = world;
  const twilio = new TwilioControl({ store, scenarios, faults, log });
  const deliverSms = async (sms: { to: string; from: string; body: string }) =>
    store.hostedNumber(sms.to) && (await twilio.receiveSms(sms)) !== null;
  const meta = new MetaControl({ signup, shared, faults, log, deliverSms });
  const reset = () => {
    for (const part of [faults, log, store, scenarios, shared, metaStore]) part.clear();
  };
  const control = () => controlRoutes({ twilio, meta, faults, log, reset });

  const twilioApp = createTwilioApp({ side: twilioSide(faults, log), senders, control: control() });
  const graph = { store: metaStore, ...appOf(options), now: () => clock.now() };
  const side = metaSide(faults, log);
  const metaApp = createMetaApp({ side, graph, signup, control: control() });
  const twilioServer = await listen(twilioApp, options.twilioPort ?? 0);
  const metaServer = await listen(metaApp, options.metaPort ?? 0);
  return {
    twilioUrl: twilioServer.url,
    metaUrl: metaServer.url,
    twilio,
    meta,
    reset,
    close: async () => {
      faults.clear();
      await Promise.all([twilioServer.close(), metaServer.close()]);
    },
  };
}

function createWorld(options: SimulatorOptions, clock: SimulatorClock) {
  const shared = new SharedWabas();
  const store = new TwilioStore(options, clock);
  const scenarios = new ScenarioBook();
  const metaStore = new MetaStore(clock, options.codeLifeMs);
  const signup: SignupDeps = {
    store: metaStore,
    shared,
    rules: { appId: options.appId, configId: options.configId },
    partnerSolutionId: options.partnerSolutionId,
    now: () => clock.now(),
  };
  const senders: SendersDeps = {
    store,
    scenarios,
    shared,
    stepMs: options.onlineAfterMs,
    strictSharing: options.strictSharing ?? false,
    sameSenderTwice: options.sameSenderTwice ?? "second",
  };
  return {
    faults: new FaultBook(),
    log: new RequestLog(clock),
    store,
    scenarios,
    shared,
    metaStore,
    signup,
    senders,
  };
}

function appOf({ appId, appSecret }: SimulatorOptions) {
  return { appId, appSecret };
}

function twilioSide(faults: FaultBook, log: RequestLog): Side {
  return {
    name: "twilio",
    faults,
    log,
    failure: orderedError,
    explain(error) {
      if (error instanceof TwilioFailure) return twilioError(error);
      throw error;
    },
    headers: ({ path }) => {
      const name = path.startsWith("/v2/") ? "T-Request-Id" : "Twilio-Request-Id";
      return { [name]: newSid("RQ"), "Twilio-Concurrent-Requests": "1" };
    },
  };
}

function metaSide(faults: FaultBook, log: RequestLog): Side {
  return {
    name: "meta",
    faults,
    log,
    failure(status, { code, message = "Please retry later", subcode, ...more }) {
      const usual = status === 429 ? 4 : 2;
      return graphError(new GraphFailure(status, code ?? usual, message, subcode), more);
    },
    explain(error) {
      if (error instanceof GraphFailure) return graphError(error);
      throw error;
    },
    headers: () => ({
      "facebook-api-version": "v25.0",
      "x-fb-request-id": `A${randomBytes(16).toString("base64url")}`,
      "x-fb-trace-id": randomBytes(8).toString("base64url"),
    }),
  };
}
