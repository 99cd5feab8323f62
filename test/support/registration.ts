import { pino } from "pino";
import { systemClock, type Clock } from "../../src/clock.ts";
import { integrationModel } from "../../src/integrations/integration-model.ts";
import type { Integration } from "../../src/integrations/integration.ts";
import { lineSpellingModel } from "../../src/onboarding/line-spellings.ts";
import { OlderDocuments } from "../../src/integrations/older-documents.ts";
import { IntegrationUpsert } from "../../src/onboarding/integration-upsert.ts";
import type { TakenCallback } from "../../src/integrations/taken-callback.ts";
import { Claims } from "../../src/registration/claims.ts";
import type { RegistrationDeps, StepContext } from "../../src/registration/step-context.ts";
import type { Sender, SubaccountCredentials } from "../../src/twilio/senders-client.ts";
import type { TestDatabase } from "./database.ts";

const SETTINGS = {
  installationId: "default",
  leaseMs: 2_000,
  twilioTimeoutMs: 1_000,
  settleMs: 300,
  pollIntervalMs: 40,
  maxIntervalMs: 400,
  deadlineMs: 3_600_000,
  offlineGraceMs: 300,
  linkedCheckIntervalMs: 3_600_000,
};

/** A callback as a taken session hands it over. */
export function takenCallback(
  over: Partial<Omit<TakenCallback, "target">> & { target?: Partial<TakenCallback["target"]> } = {},
): TakenCallback {
  const { target, ...rest } = over;
  return {
    userId: "owner",
    phoneNumber: "+5511980000001",
    phoneNumberType: "sms_capable",
    displayName: "Padaria",
    numberAssigned: false,
    wabaProof: "twilio",
    wabaId: "700000000000001",
    ...rest,
    target: {
      sessionId: "session-1",
      takenAt: new Date(),
      sessionCreatedAt: new Date(),
      numberShown: false,
      ...target,
    },
  };
}

/** A Twilio that has the senders it is given, and notes what is asked of it. */
export class FakeSenders {
  senders: Sender[] = [];
  readonly deleted: string[] = [];

  add(sid: string, phoneNumber: string, wabaId?: string): void {
    this.senders.unshift({
      sid,
      status: "CREATING",
      senderId: `whatsapp:${phoneNumber}`,
      wabaId,
      offlineReasons: [],
      health: {},
    });
  }

  list = () => Promise.resolve([...this.senders]);
  fetch = (_as: SubaccountCredentials, sid: string) =>
    Promise.resolve(this.senders.find((sender) => sender.sid === sid));
  delete = (_as: SubaccountCredentials, sid: string) => {
    this.deleted.push(sid);
    this.senders = this.senders.filter((sender) => sender.sid !== sid);
    return Promise.resolve();
  };
}

/** One integration in a real database, worked on in front of a Twilio of the test's own. */
export function registrationBench(database: TestDatabase, clock: Clock = systemClock) {
  const integrations = integrationModel(database.connection);
  const senders = new FakeSenders();
  const upsert = new IntegrationUpsert({
    model: integrations,
    older: new OlderDocuments(integrations),
    spellings: lineSpellingModel(database.connection),
    clock,
    deadlineMs: 3_600_000,
  });
  const claims = new Claims({ model: integrations, clock, leaseMs: 2_000, owner: "bench" });
  const deps = {
    integrations,
    senders,
    tokens: {
      credentials: (accountSid: string) => Promise.resolve({ accountSid, authToken: "its-own" }),
      forget: () => undefined,
    },
    holds: {
      end: () => Promise.resolve(),
      leaveWaba: () => Promise.resolve(),
      inTheWay: () => Promise.resolve(),
      acquire: () => Promise.resolve(),
    },
    settings: SETTINGS,
    clock,
    random: () => 0.5,
  } as unknown as RegistrationDeps;
  return {
    integrations,
    senders,
    upsert,
    claims,
    deps,
    /** Claims the integration with what the test sets on it. */
    async work(integration: Integration, set: Record<string, unknown> = {}): Promise<StepContext> {
      const { _id } = integration;
      if (Object.keys(set).length > 0) await integrations.updateOne({ _id }, { $set: set });
      const claim = await claims.byId(String(_id));
      if (!claim) throw new Error("the integration is held");
      return { claim, deps, log: pino({ level: "silent" }) };
    },
    read: async ({ _id }: Integration) => {
      const found = await integrations.findById(_id).lean();
      if (!found) throw new Error("the integration is gone");
      return found;
    },
  };
}
