import type { SignupChoice, SignupResult } from "../../../dev/simulator/meta/signup.ts";
import { newWaba } from "../../support/numbers.ts";
import type { TestService } from "../../support/service.ts";
import type { SignupPlan } from "../../support/signup.ts";
import { integrations, startedSession, storedSession } from "./callback.ts";

/** The secret of the simulated app: with it a service demands Meta's proof. */
export const APP_SECRET = "app-secret-of-the-tests";

/** Goes through Meta's popup as the service's launch data open it. */
export function throughPopup(service: TestService, choice: SignupChoice): SignupResult {
  return service.simulator.meta.completeSignup({
    appId: service.env.META_APP_ID ?? "",
    configId: service.env.META_CONFIG_ID ?? "",
    extras: { setup: { solutionID: service.env.TWILIO_PARTNER_SOLUTION_ID }, version: "v4" },
    ...choice,
  });
}

/** The code of a popup that ended well. */
export function codeFrom({ authResponse }: SignupResult): string {
  if (!authResponse) throw new Error("the popup gave no code");
  return authResponse.code;
}

/** Meta's id of the number that the customer entered in the popup. */
export function phoneNumberIdFrom({ message }: SignupResult): string {
  const id = message?.data.phone_number_id;
  if (typeof id !== "string") throw new Error("the popup named no number");
  return id;
}

/** A started session with a customer who has gone through the popup. */
export async function popupDone(
  service: TestService,
  choice: SignupChoice = {},
  plan: SignupPlan = {},
) {
  const wabaId = newWaba();
  const session = await startedSession(service, { ...plan, wabaId });
  const result = throughPopup(service, { wabaId, phoneNumber: session.phoneNumber, ...choice });
  return { ...session, wabaId, result, code: codeFrom(result) };
}

/** The operations that Meta was asked for, in order. */
export const operationsOf = ({ simulator }: TestService) =>
  simulator.meta.requests().map(({ operation }) => operation);

/** What a refused callback must not leave: a taken or held session, or an integration. */
export async function tracesOf(
  service: TestService,
  { sessionId, userId }: { sessionId: string; userId: string },
): Promise<unknown[]> {
  const session = await storedSession(service, sessionId);
  const { status, callback, proof, takenAt, hold, integrationId } = session;
  const made = await integrations(service).find({ userId }).toArray();
  const set = [callback, proof, takenAt, hold, integrationId].filter((one) => one !== undefined);
  return [...(status === "opened" ? [] : [status]), ...set, ...made];
}
