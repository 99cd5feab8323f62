import supertest from "supertest";
import type { NumberRelay } from "../../../src/code-relay/number-relay.ts";
import type { NumberSettings } from "../../../dev/simulator/twilio/types.ts";
import { newNumber, newUser } from "../../support/numbers.ts";
import type { TestService } from "../../support/service.ts";
import { createSession, type SignupPlan } from "../../support/signup.ts";
import type { Visitor } from "../../support/visitor.ts";
import { eventually } from "../../support/wait.ts";

export const SMS_PATH = "/webhooks/twilio/sms";
export const VOICE_PATH = "/webhooks/twilio/voice";
export const TRANSCRIPTION_PATH = "/webhooks/twilio/voice/transcription";
/** What the SaaS has set on its number. */
export const FORMER = {
  smsUrl: "https://saas.example/sms?to=1&kind=a",
  smsMethod: "GET",
  voiceUrl: "https://saas.example/voice",
  voiceMethod: "POST",
} as const;
export const META_SMS = "Your WhatsApp code is 483-921. Don't share it with anyone.";
export const META_CODE = "483921";
export const EMPTY = '<?xml version="1.0" encoding="UTF-8"?><Response/>';

export interface RelayPlan extends SignupPlan {
  /** Of the number at Twilio; null: it is not there. */
  number?: ({ accountSid?: string } & Partial<NumberSettings>) | null;
}

/** A started signup of a number at Twilio that the token assigns to the owner. */
export async function started(service: TestService, plan: RelayPlan = {}) {
  const phoneNumber = plan.phoneNumber ?? newNumber();
  const userId = plan.userId ?? newUser();
  if (plan.number !== null && !hasNumber(service, phoneNumber)) {
    service.simulator.twilio.seedNumber({ phoneNumber, ...FORMER, ...plan.number });
  }
  const session = await createSession(service, {
    claims: { phone_numbers: [phoneNumber] },
    ...plan,
    userId,
    phoneNumber,
  });
  const visitor = service.visitor();
  const payload = await visitor.open(session.signupUrl);
  await visitor.start(payload).expect(200);
  return { ...session, phoneNumber, userId, visitor, payload };
}

/** The same, once the number points at us. */
export async function relaying(service: TestService, plan: RelayPlan = {}) {
  const signup = await started(service, plan);
  await untilJoined(service, signup);
  return signup;
}

export const numberOf = (service: TestService, phoneNumber: string) => {
  const number = service.simulator.twilio
    .state()
    .numbers.find((one) => one.phoneNumber === phoneNumber);
  if (!number) throw new Error(`no ${phoneNumber}`);
  return number;
};

function hasNumber(service: TestService, phoneNumber: string): boolean {
  return service.simulator.twilio.state().numbers.some((one) => one.phoneNumber === phoneNumber);
}

/** The number's webhooks as they are at Twilio. */
export function webhooksOf(service: TestService, phoneNumber: string) {
  const { smsUrl, smsMethod, smsApplicationSid, voiceUrl, voiceMethod, voiceApplicationSid } =
    numberOf(service, phoneNumber);
  return { smsUrl, smsMethod, smsApplicationSid, voiceUrl, voiceMethod, voiceApplicationSid };
}

export const relays = (service: TestService) =>
  service.database.connection.collection<NumberRelay>("number_relays");

export const relayOf = (service: TestService, phoneNumber: string) =>
  relays(service).findOne({ _id: phoneNumber });

export function untilJoined(
  service: TestService,
  { phoneNumber, sessionId }: { phoneNumber: string; sessionId: string },
) {
  return eventually(
    () => relayOf(service, phoneNumber),
    (relay) => relay?.sessions[sessionId]?.joined === true && relay.lease === undefined,
  );
}

/** Waits until nothing goes on and nothing is to be put back any more. */
export function untilOver(service: TestService, phoneNumber: string, limitMs?: number) {
  return eventually(
    () => relayOf(service, phoneNumber),
    (relay) =>
      relay === null ||
      (relay.lease === undefined &&
        Object.keys(relay.sessions).length === 0 &&
        Object.values(relay.former ?? {}).every(({ putBackAt }) => putBackAt)),
    limitMs,
  );
}

/** Waits until a sweep has looked at the relay. @returns what is left of it */
export function untilLookedAt(service: TestService, phoneNumber: string, now: Date) {
  return eventually(
    () => relayOf(service, phoneNumber),
    (relay) => relay === null || (relay.lease === undefined && relay.dueAt > now),
  );
}

/** Waits until what was begun in the background has had its time. */
export async function untilQuiet(service: TestService) {
  let last = -1;
  await eventually(
    () => Promise.resolve(service.simulator.twilio.requests().length),
    (count) => {
      const isQuiet = count === last;
      last = count;
      return isQuiet;
    },
  );
}

/** What the page asks while the popup is open. */
export function askCode(visitor: Visitor, payload: string) {
  return visitor.agent.post("/whatsapp/signup/relayed-code").send({ payload });
}

export async function codeFor(visitor: Visitor, payload: string) {
  const { body } = await askCode(visitor, payload).expect(200);
  return body as {
    success: boolean;
    relay: string;
    code?: string;
    codes: { code: string; from: string; at: string }[];
  };
}

/** Ends a signup with an accepted callback. */
export async function finish(visitor: Visitor, payload: string, wabaId: string) {
  const answer = await visitor
    .postCallback({ payload, WhatsAppBusinessAccountId: wabaId })
    .expect(200);
  return String((answer.body as Record<string, unknown>).integrationId);
}

export const post = (service: TestService, path: string, fields: Record<string, string>) =>
  supertest(service.url).post(path).type("form").send(fields);
