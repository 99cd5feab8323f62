import { newWaba } from "../../support/numbers.ts";
import type { TestService } from "../../support/service.ts";
import { integrations, startedSession, type Started } from "./callback.ts";

/** The subaccount of `withSender`. */
export const SUBACCOUNT = `AC${"5".repeat(32)}`;

export interface StoredIntegration {
  externalId: string;
  status: string;
  meta: Record<string, string>;
  registration: Record<string, unknown> & {
    generation: number;
    target: Record<string, unknown>;
  };
  work: Record<string, unknown>;
}

/** The owner's one integration. */
export async function integrationOf(
  service: TestService,
  userId: string,
): Promise<StoredIntegration> {
  const [one, ...others] = await integrations(service).find({ userId }).toArray();
  if (!one || others.length > 0) throw new Error(`${others.length + 1} or 0 of ${userId}`);
  return one as unknown as StoredIntegration;
}

export const change = (service: TestService, userId: string, $set: Record<string, unknown>) =>
  integrations(service).updateOne({ userId }, { $set });

/** As the worker leaves it when the sender is there. */
export const withSender = (service: TestService, userId: string, status: string) =>
  change(service, userId, {
    status,
    "meta.twilioSubaccountSid": SUBACCOUNT,
    "meta.senderId": "XE1",
    "registration.step": status === "linked" ? "done" : "online",
    "registration.attempts": 3,
    "work.polls": 4,
    "registration.senderStatus": "ONLINE",
    "registration.error": { code: "sender_offline", actor: "customer", retryable: false },
  });

export const finish = (session: Started, over: Record<string, string> = {}) =>
  session.visitor.postCallback({ ...session.values, ...over });

/** A first finished signup, and a second one of the same owner and number that has started. */
export async function twoSignups(service: TestService, first: Record<string, string> = {}) {
  const wabaId = newWaba();
  const one = await startedSession(service, { wabaId });
  await finish(one, first).expect(200);
  const { userId, phoneNumber } = one;
  const two = await startedSession(service, { userId, phoneNumber, wabaId });
  return { userId, phoneNumber, one, two, wabaId };
}
