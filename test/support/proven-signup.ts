import type { SignupChoice } from "../../dev/simulator/meta/signup.ts";
import type { AddedNumber } from "../../dev/simulator/meta/store.ts";
import type { TestService } from "./service.ts";
import { createSession, type SignupPlan } from "./signup.ts";

/** A signup through Meta's popup; the service must have META_APP_SECRET. */
export interface ProvenPlan extends SignupPlan {
  userId: string;
  phoneNumber: string;
  wabaId: string;
  popup?: SignupChoice;
  /** How Meta lists the number by the time of the callback, where not as the popup left it. */
  listed?: Omit<AddedNumber, "phoneNumber">;
  /** False: the callback does not name the number's id. */
  namesNumber?: boolean;
}

/** From the session to the answer of a callback whose code Meta confirms. */
export async function provenCallback(service: TestService, plan: ProvenPlan) {
  const { phoneNumber, wabaId, listed } = plan;
  const session = await createSession(service, plan);
  const visitor = service.visitor();
  const payload = await visitor.open(session.signupUrl);
  const started = await visitor.start(payload).expect(200);
  const { launch } = started.body as {
    launch: { appId: string; configId: string; extras: Record<string, unknown> };
  };
  // The kind of number decides the version's features, which are not what is tested here.
  const extras = { ...launch.extras, version: "v4" };
  const choice = { outcome: "finish", wabaId, phoneNumber, ...plan.popup } as const;
  const { message, authResponse } = service.simulator.meta.completeSignup({
    ...launch,
    extras,
    ...choice,
  });
  if (listed) {
    service.simulator.meta.seedWaba({ id: wabaId, numbers: [{ phoneNumber, ...listed }] });
  }
  const { phone_number_id: id } = (message?.data ?? {}) as { phone_number_id?: string };
  const values = {
    payload,
    WhatsAppBusinessAccountId: wabaId,
    ...(id && plan.namesNumber !== false ? { phoneNumberId: id } : {}),
    ...plan.callback,
  };
  const answer = await visitor.postCallback({ ...values, code: authResponse?.code });
  return { answer, visitor, values, payload, sessionId: session.sessionId };
}

/** As `provenCallback`, accepted. @returns the integration's id */
export async function provenSignup(service: TestService, plan: ProvenPlan): Promise<string> {
  const { answer } = await provenCallback(service, plan);
  if (answer.status !== 200) throw new Error(`no callback: ${answer.text}`);
  return (answer.body as { integrationId: string }).integrationId;
}
