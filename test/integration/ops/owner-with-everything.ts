import { newMobile, newUser, newWaba } from "../../support/numbers.ts";
import type { TestService } from "../../support/service.ts";
import { completeSignup, createSession, untilStatus } from "../../support/signup.ts";
import { eventually } from "../../support/wait.ts";
import { untilCodeIsDue } from "../registration/due-codes.ts";

let made = 0;
/** A number whose senders do as its last four digits say. */
function numberEnding(digits: string): string {
  made += 1;
  return `+5511${97_000 + made}${digits}`;
}

/** One owner with a linked number, a pending one, one that awaits a code, and an open signup. */
export async function ownerWithEverything(service: TestService) {
  const userId = newUser();
  const phoneNumber = newMobile().today;
  const wabaId = newWaba();
  const { integrationId: linked } = await completeSignup(service, { userId, wabaId, phoneNumber });
  const { meta } = await untilStatus(service, linked, "linked", userId);
  const slow = { userId, wabaId: newWaba(), phoneNumber: numberEnding("9907") };
  const { integrationId: pending } = await completeSignup(service, slow);
  const coded = { userId, wabaId: newWaba(), phoneNumber: numberEnding("9902") };
  const { id: awaitsCode } = await untilCodeIsDue(service, coded);
  const open = await createSession(service, { userId, phoneNumber: newMobile().today });
  const visitor = service.visitor();
  const payload = await visitor.open(open.signupUrl);
  await visitor.start(payload).expect(200);
  return {
    userId,
    phoneNumber,
    wabaId,
    subaccountSid: meta.twilioSubaccountSid ?? "",
    integrations: { linked, pending, awaitsCode },
    open: { ...open, visitor, payload },
  };
}

/** Another owner who wants the same number and did not get it. */
export async function rivalOf(service: TestService, phoneNumber: string) {
  const userId = newUser();
  const plan = { userId, wabaId: newWaba(), phoneNumber };
  const { integrationId, sessionId } = await completeSignup(service, plan);
  await untilStatus(service, integrationId, "error", userId);
  return { userId, integrationId, sessionId };
}

/** The senders of these numbers that still exist at Twilio. */
export function livingSenders(service: TestService, phoneNumbers: readonly string[]) {
  const wanted = new Set(phoneNumbers.map((number) => `whatsapp:${number}`));
  return service.simulator.twilio
    .state()
    .senders.filter(({ senderId, deleted }) => wanted.has(senderId) && !deleted);
}

/** Every document in which a text stands, by collection. */
export async function mentions(service: TestService, text: string): Promise<string[]> {
  const { connection } = service.database;
  const found: string[] = [];
  for (const { name } of await connection.listCollections()) {
    for await (const document of connection.collection(name).find()) {
      if (JSON.stringify(document).includes(text)) found.push(name);
    }
  }
  return found.toSorted();
}

/** Repeats until it says that all is done. */
export function untilErased<T extends { state: string }>(ask: () => Promise<T>): Promise<T> {
  return eventually(ask, ({ state }) => state === "complete");
}
