import type { TestService } from "./service.ts";
import { eventually } from "./wait.ts";

/** A signup as far as the popup's result; every part can be replaced. */
export interface SignupPlan {
  userId?: string;
  phoneNumber?: string;
  wabaId?: string;
  session?: Record<string, unknown>;
  claims?: Record<string, unknown>;
  callback?: Record<string, string>;
}

export const NUMBER = "+5511987654321";
export const WABA = "111222333444555";

/** Makes a session. @returns the answer's body */
export async function createSession(service: TestService, plan: SignupPlan = {}) {
  const response = await service.http
    .post("/whatsapp/create-signup-session")
    .set("Authorization", await service.bearer(plan.userId, plan.claims))
    .send({
      phoneNumber: plan.phoneNumber ?? NUMBER,
      displayName: "Panadería Sol",
      ...plan.session,
    });
  if (response.status !== 201) throw new Error(`no session: ${response.text}`);
  return response.body as { sessionId: string; signupUrl: string; expiresAt: string };
}

/** From the session to the accepted callback. */
export async function completeSignup(service: TestService, plan: SignupPlan = {}) {
  const session = await createSession(service, plan);
  const visitor = service.visitor();
  const payload = await visitor.open(session.signupUrl);
  await visitor.start(payload).expect(200);
  const answer = await visitor.postCallback({
    payload,
    WhatsAppBusinessAccountId: plan.wabaId ?? WABA,
    ...plan.callback,
  });
  if (answer.status !== 200) throw new Error(`no callback: ${answer.text}`);
  const { integrationId, redirectUrl } = answer.body as Record<string, string>;
  return { ...session, visitor, payload, integrationId: integrationId ?? "", redirectUrl };
}

/** The integration as its owner sees it. */
export async function getIntegration(service: TestService, id: string, userId?: string) {
  const response = await service.http
    .get(`/whatsapp/integrations/${id}`)
    .set("Authorization", await service.bearer(userId));
  return response.body as IntegrationBody;
}

export interface IntegrationBody {
  id: string;
  status: string;
  externalId: string;
  meta: Record<string, string | undefined>;
  registration: {
    step: string;
    senderStatus: string | null;
    attempts: number;
    waitingFor: string | null;
    nextAttemptAt: string | null;
    error: { code: string; actor: string; providerCode?: string } | null;
    history: { event: string; at: string; code?: string }[];
  };
}

/** Waits until the integration has this status. */
export function untilStatus(service: TestService, id: string, status: string, userId?: string) {
  return eventually(
    () => getIntegration(service, id, userId),
    (integration) => integration.status === status,
  );
}
