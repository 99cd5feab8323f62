import type { Integration } from "../../src/integrations/integration.ts";
import { newNumber, newUser, newWaba } from "./numbers.ts";
import { popupSignup } from "./popup-signup.ts";
import type { TestService } from "./service.ts";
import { getIntegration, untilStatus } from "./signup.ts";
import { eventually } from "./wait.ts";

/** One owner's number in the service. */
export interface Owner {
  userId: string;
  phoneNumber: string;
  wabaId: string;
  id: string;
}

interface Hold {
  _id: string;
  userId: string;
  integrationId?: string;
  wabaId?: string;
  at: Date;
  rev: number;
}

/**
 * Linked numbers are looked at once an hour: only somebody's question brings a look. The grace leaves
 * a slow machine time for looks that agree.
 */
export const OWNERS_ENV = { META_APP_SECRET: "app-secret-of-the-tests", OFFLINE_GRACE_MS: "3000" };

/** What tests about several owners do and see; each owner, number and WABA is a new one. */
export function ownersOf(service: () => TestService) {
  const holds = (kind: "number" | "waba") =>
    service().database.connection.collection<Hold>(`${kind}_holds`);
  const documents = () => service().database.connection.collection<Integration>("integrations");
  const living = (phoneNumber: string) =>
    service()
      .simulator.twilio.state()
      .senders.filter(({ senderId, deleted }) => senderId.endsWith(phoneNumber) && !deleted);
  const look = ({ id, userId }: Owner) => getIntegration(service(), id, userId);
  const until = ({ id, userId }: Owner, status: string) =>
    untilStatus(service(), id, status, userId);
  const untilLiving = (phoneNumber: string, count: number) =>
    eventually(
      () => Promise.resolve(living(phoneNumber)),
      (senders) => senders.length === count,
    );

  async function signUp(over: Partial<Owner> & { shown?: boolean } = {}): Promise<Owner> {
    const plan = {
      userId: newUser(),
      phoneNumber: newNumber(),
      wabaId: newWaba(),
      shown: false,
      ...over,
    };
    const { integrationId } = await popupSignup(service(), plan);
    return { ...plan, id: integrationId };
  }

  /** An owner with a working number, and its sender's SID. */
  async function working(over: Partial<Owner> = {}) {
    const owner = await signUp(over);
    const { meta } = await until(owner, "linked");
    return { ...owner, senderId: meta.senderId ?? "", account: meta.twilioSubaccountSid ?? "" };
  }

  async function ask({ id, userId }: Owner, method: "post" | "delete", path = "", body = {}) {
    return service()
      .http[method](`/whatsapp/integrations/${id}${path}`)
      .set("Authorization", await service().bearer(userId))
      .send(body);
  }

  /** The number becomes somebody else's behind everybody's back. */
  const giveHold = async (phoneNumber: string, { userId, id, wabaId }: Owner) => {
    const hold = { userId, integrationId: id, wabaId, at: new Date(), rev: 1 };
    await holds("number").insertOne({ _id: phoneNumber, ...hold });
  };

  const conflictsOf = ({ id }: Owner) =>
    service().log.filter(
      (line) => line.event === "ownership_conflict" && line.integrationId === id,
    );

  return {
    holds,
    documents,
    living,
    look,
    until,
    untilLiving,
    signUp,
    working,
    ask,
    giveHold,
    conflictsOf,
  };
}
