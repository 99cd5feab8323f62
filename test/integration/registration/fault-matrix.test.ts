import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { subaccountName } from "../../../src/registration/subaccount-store.ts";
import type { Fault } from "../../../src/simulator/http/faults.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { completeSignup, untilStatus } from "../../support/signup.ts";

const FAULTS: [string, Omit<Fault, "operation">][] = [
  ["a connection cut before the effect", { kind: "reset", when: "before" }],
  ["a connection cut after the effect", { kind: "reset", when: "after" }],
  ["silence before the effect", { kind: "hang", when: "before", ms: 1_150 }],
  ["silence after the effect", { kind: "hang", when: "after", ms: 2_000 }],
  ["503 before the effect", { kind: "error", when: "before" }],
  ["503 after the effect", { kind: "error", when: "after" }],
  ["429", { kind: "rate_limit", retryAfterSeconds: 1 }],
  ["half an answer", { kind: "malformed" }],
  ["a late listing", { kind: "late_listing", ms: 250 }],
];

const OPERATIONS = [
  "accounts.list",
  "accounts.create",
  "numbers.list",
  "numbers.update",
  "senders.list",
  "senders.create",
] as const;

describe("the fault matrix", () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ env: { WORKER_CONCURRENCY: "20" } });
  });
  afterAll(() => service.close());

  /** The text by which a fault hits the requests of one signup only, where they carry one. */
  function matchFor(
    operation: string,
    plan: { userId: string; wabaId: string; phone: string },
    numberSid: string,
  ) {
    if (operation.startsWith("accounts."))
      return { match: subaccountName("default", plan.userId, plan.wabaId) };
    if (operation === "senders.list") return {};
    return { match: operation === "numbers.update" ? numberSid : plan.phone.slice(1) };
  }

  async function goThrough(operation: Fault["operation"], index: string, fault: object) {
    const plan = {
      userId: `matrix-${index}`,
      wabaId: `78000000000${index}`,
      phone: `+551198000${index}`,
    };
    const number = service.simulator.twilio.seedNumber({ phoneNumber: plan.phone });
    service.simulator.twilio.addFault({
      operation,
      ...matchFor(operation, plan, number.sid),
      ...fault,
    } as Fault);
    const { integrationId } = await completeSignup(service, {
      userId: plan.userId,
      wabaId: plan.wabaId,
      phoneNumber: plan.phone,
      claims: { phone_numbers: [plan.phone] },
    });
    const { meta } = await untilStatus(service, integrationId, "linked", plan.userId);
    const { accounts, senders, numbers } = service.simulator.twilio.state();
    const name = subaccountName("default", plan.userId, plan.wabaId);
    const living = senders.filter(
      (sender) => sender.senderId === `whatsapp:${plan.phone}` && !sender.deleted,
    );
    expect({
      subaccounts: accounts.filter(({ friendlyName }) => friendlyName === name).length,
      senders: living.map(({ sid, accountSid }) => ({ sid, accountSid })),
      numberIn: numbers.find(({ phoneNumber }) => phoneNumber === plan.phone)?.accountSid,
    }).toEqual({
      subaccounts: 1,
      senders: [{ sid: meta.senderId, accountSid: meta.twilioSubaccountSid }],
      numberIn: meta.twilioSubaccountSid,
    });
  }

  test.each(OPERATIONS.map((operation, row) => [operation, row] as const))(
    "%s: every fault ends in linked with one of each",
    async (operation, row) => {
      const cases = FAULTS.map(
        ([, fault], column) =>
          () =>
            goThrough(operation, `${row}${String(column).padStart(2, "0")}9`, fault),
      );
      // A list carries nothing of the signup, so its faults go one by one.
      if (operation === "senders.list") for (const run of cases) await run();
      else await Promise.all(cases.map((run) => run()));
    },
    150_000,
  );

  test.each(FAULTS)(
    "senders.delete: %s ends in disconnected with none left",
    async (name, fault) => {
      const column = FAULTS.findIndex(([known]) => known === name);
      const [userId, phoneNumber] = [`matrix-delete-${column}`, `+551198100${column}009`];
      const { integrationId } = await completeSignup(service, {
        userId,
        phoneNumber,
        wabaId: `78100000000${column}`,
      });
      const { meta } = await untilStatus(service, integrationId, "linked", userId);
      service.simulator.twilio.addFault({
        operation: "senders.delete",
        match: meta.senderId ?? "",
        ...fault,
      });
      await service.http
        .delete(`/whatsapp/integrations/${integrationId}`)
        .set("Authorization", await service.bearer(userId))
        .expect(202);
      await untilStatus(service, integrationId, "disconnected", userId);
      const left = service.simulator.twilio
        .state()
        .senders.filter(({ senderId, deleted }) => senderId.endsWith(phoneNumber) && !deleted);
      expect(left).toEqual([]);
    },
  );
});
