import { setTimeout as sleep } from "node:timers/promises";
import type { Integration } from "../../clients/typescript/connect-whatsapp.ts";
import type { Simulator } from "../simulator/simulator.ts";
import type { Backend } from "./saas/backend.ts";
import type { Steps } from "./steps.ts";

const LOOK_MS = 100;
const LIMIT_MS = 30_000;

/** What each call to Twilio is for. */
const PURPOSES: Readonly<Record<string, string>> = {
  "accounts.list": "has this customer a subaccount already?",
  "accounts.create": "a subaccount for this customer",
  "accounts.fetch": "the subaccount's credentials, never stored",
  "numbers.list": "where is the number?",
  "senders.list": "is the number a sender there?",
  "senders.create": "the number becomes a sender",
  "senders.fetch": "is it online?",
};

/** What is being watched. */
export interface Watched {
  backend: Backend;
  simulator: Simulator;
  parentSid: string;
  integrationId: string;
}

/**
 * Asks for the integration as the SaaS does, until nothing happens any more without a person, and
 * tells each change and each call that Twilio got meanwhile.
 * @returns the last status
 */
export async function watchRegistration(watched: Watched, steps: Steps): Promise<string> {
  const { backend, simulator, integrationId } = watched;
  const from = performance.now();
  let [told, toldRequests, lastCall] = ["", 0, ""];
  for (;;) {
    const view = await backend.speaking("es").getIntegration(integrationId);
    const elapsed = performance.now() - from;
    const requests = simulator.twilio.requests();
    for (const request of requests.slice(toldRequests)) {
      const call = `${request.method.padEnd(4)} ${readable(request.path)}`;
      // The looks at a sender that is not ready yet are all the same.
      if (call !== lastCall) steps.line("Twilio", call, outcome(request, watched.parentSid));
      lastCall = call;
    }
    toldRequests = requests.length;
    if (describe(view) !== told) {
      told = describe(view);
      steps.line("SaaS", "GET  /whatsapp/integrations/:id", told, elapsed);
    }
    if (view.status !== "pending" || elapsed > LIMIT_MS) return view.status;
    await sleep(LOOK_MS);
  }
}

function describe({ status, registration }: Integration): string {
  const { step, senderStatus, error } = registration;
  if (error) return `${status}: ${error.title} (${error.code})`;
  if (status !== "pending") return status;
  return `${status}, step ${step}${senderStatus ? `, sender ${senderStatus}` : ""}`;
}

type TwilioRequest = ReturnType<Simulator["twilio"]["requests"]>[number];

function outcome(request: TwilioRequest, parentSid: string): string {
  const who = request.account === parentSid ? "parent" : "subaccount";
  return `${request.status} to the ${who}: ${purposeOf(request)}`;
}

function purposeOf({ operation, body }: TwilioRequest): string {
  if (operation !== "numbers.update") return PURPOSES[operation] ?? operation;
  const isMove = typeof body === "object" && body !== null && "AccountSid" in body;
  return isMove
    ? "the number moves into the subaccount"
    : "where the number's messages and calls go while Meta's code is awaited, or again after it";
}

/** A path without its query and its account, and ids cut short. */
function readable(path: string): string {
  return (path.split("?")[0] ?? "")
    .replace(/^\/2010-04-01\/Accounts\/AC[0-9a-f]{32}\//, "/…/")
    .replaceAll(/\b([A-Z]{2}[0-9a-f]{4})[0-9a-f]{28}\b/g, "$1…");
}
