import type { TestService } from "./service.ts";
import { createSession } from "./signup.ts";

/** A signup through Meta's popup, with the code that proves the WABA. */
export interface PopupPlan {
  userId: string;
  phoneNumber: string;
  wabaId: string;
  /** False: the popup ends without the number. */
  shown?: boolean;
}

/** From the session to the callback's answer, as a browser goes through it. */
export async function popupSignup(service: TestService, plan: PopupPlan) {
  const { userId, phoneNumber, wabaId } = plan;
  const session = await createSession(service, { userId, phoneNumber, wabaId });
  const visitor = service.visitor();
  const payload = await visitor.open(session.signupUrl);
  const started = await visitor.start(payload).expect(200);
  const { launch } = started.body as {
    launch: { appId: string; configId: string; extras: Record<string, unknown> };
  };
  const popup = service.simulator.meta.completeSignup({
    ...launch,
    outcome: plan.shown === false ? "finish_only_waba" : "finish",
    wabaId,
    phoneNumber,
  });
  const data = popup.message?.data as { phone_number_id?: string };
  const answer = await visitor.postCallback({
    payload,
    WhatsAppBusinessAccountId: wabaId,
    ...(data.phone_number_id ? { phoneNumberId: data.phone_number_id } : {}),
    code: popup.authResponse?.code,
  });
  return answer.body as { integrationId: string; code?: string };
}
