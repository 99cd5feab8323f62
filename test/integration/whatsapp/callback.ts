import { systemClock } from "../../../src/clock.ts";
import { signupSessionModel } from "../../../src/signup/signup-session-model.ts";
import { SignupSessionStore } from "../../../src/signup/signup-session-store.ts";
import { sha256 } from "../../../src/tokens.ts";
import { newNumber, newUser } from "../../support/numbers.ts";
import type { TestService } from "../../support/service.ts";
import { createSession, WABA, type SignupPlan } from "../../support/signup.ts";

export const CALLBACK = "/whatsapp/onboarding-callback";

/** A session as far as the popup: a browser has started it. */
export async function startedSession(service: TestService, plan: SignupPlan = {}) {
  const { session: fields, ...rest } = plan;
  const phoneNumber = plan.phoneNumber ?? newNumber();
  const userId = plan.userId ?? newUser();
  const session = await createSession(service, {
    ...rest,
    userId,
    phoneNumber,
    session: fields ?? {},
  });
  const visitor = service.visitor();
  const payload = await visitor.open(session.signupUrl);
  await visitor.start(payload).expect(200);
  const values = { payload, WhatsAppBusinessAccountId: plan.wabaId ?? WABA };
  return { ...session, userId, phoneNumber, visitor, payload, values };
}

export type Started = Awaited<ReturnType<typeof startedSession>>;

/** A session as its document is. */
export interface StoredSession {
  _id: string;
  status: string;
  callback?: Record<string, string>;
  proof?: Record<string, unknown>;
  integrationId?: string;
  takenAt?: Date;
  awaitsIntegrationSince?: Date;
  hold?: unknown;
  proofFailures?: Record<string, unknown>[];
  timeline: { event: string; data?: Record<string, string> }[];
}

export const sessions = ({ database }: TestService) =>
  database.connection.collection<StoredSession>("signup_sessions");

export const integrations = ({ database }: TestService) =>
  database.connection.collection("integrations");

export async function storedSession(service: TestService, id: string): Promise<StoredSession> {
  const session = await sessions(service).findOne({ _id: id });
  if (!session) throw new Error(`no session ${id}`);
  return session;
}

/** Where an answer sends the browser: the address and its parameters. */
export function target(location: string | undefined) {
  const url = new URL(location ?? "");
  return { to: url.origin + url.pathname, parameters: Object.fromEntries(url.searchParams) };
}

/** Takes sessions as a process would that is killed before it makes the integration. */
export function dyingProcess({ database }: TestService) {
  const store = new SignupSessionStore(signupSessionModel(database.connection), systemClock);
  return async ({ payload, userId, phoneNumber }: Started, wabaId: string) => {
    const session = await store.findByPayloadHash(sha256(payload));
    if (!session) throw new Error("no session");
    const values = { phoneNumber, wabaId, displayName: "Panadería Sol" };
    const proof = { by: "twilio" as const, numberShown: false };
    const taken = await store.take(session, { userId }, { values, proof });
    if (!taken?.awaitsIntegrationSince) throw new Error("not taken");
  };
}
