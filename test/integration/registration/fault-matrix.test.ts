import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { subaccountName } from "../../../src/subaccounts/subaccount-store.ts";
import type { Fault } from "../../../dev/simulator/http/faults.ts";
import { PARENT_SID, startTestService, type TestService } from "../../support/service.ts";
import { completeSignup, getIntegration, untilStatus } from "../../support/signup.ts";
import { eventually } from "../../support/wait.ts";

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
  "senders.create",
] as const;

describe("the fault matrix", () => {
  let service: TestService;
  beforeAll(async () => {
    // Time to settle for an effect that comes after the caller's limit, also on a machine at work.
    const env = { WORKER_CONCURRENCY: "20", REGISTRATION_SETTLE_MS: "1000" };
    service = await startTestService({ env });
  });
  afterAll(() => service.close());

  // Each fault has struck one call: none of them was waited for in vain.
  let struck = 0;
  afterEach(() => {
    struck += FAULTS.length;
    const hits = service.simulator.twilio.requests().filter(({ fault }) => fault !== null);
    expect(hits).toHaveLength(struck);
  });

  const isInParent = ({ accountSid }: { accountSid: string }) => accountSid === PARENT_SID;
  const livingSenders = (phoneNumber: string) =>
    service.simulator.twilio
      .state()
      .senders.filter(({ senderId, deleted }) => senderId.endsWith(phoneNumber) && !deleted)
      .map(({ sid }) => sid);

  /** The text by which a fault hits the requests of one signup only, where they carry one. */
  function matchFor(
    operation: string,
    plan: { userId: string; wabaId: string; phone: string },
    numberSid: string,
  ) {
    if (operation.startsWith("accounts.")) {
      return { match: subaccountName("default", plan.userId, plan.wabaId) };
    }
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
      await Promise.all(cases.map((run) => run()));
    },
    600_000,
  );

  /** The same number with each fault, side by side. */
  const withEachFault = (
    row: number,
    run: (
      plan: { userId: string; phoneNumber: string; wabaId: string },
      fault: object,
    ) => Promise<void>,
  ) =>
    Promise.all(
      FAULTS.map(([, fault], column) => {
        const digits = `${row}${column}`;
        const [userId, wabaId] = [`matrix-${digits}`, `7830000000000${digits}`];
        return run({ userId, wabaId, phoneNumber: `+55119830000${digits}` }, fault);
      }),
    );

  // These name the subaccount alone, so each fault waits for the second number of a pair.
  test.each([
    ["accounts.fetch", 1],
    ["senders.list", 2],
  ] as const)(
    "%s: every fault ends in linked, in the pair's one subaccount",
    async (operation, row) => {
      await withEachFault(row, async (pair, fault) => {
        const { userId } = pair;
        const first = await completeSignup(service, pair);
        const { meta } = await untilStatus(service, first.integrationId, "linked", userId);
        const match = meta.twilioSubaccountSid ?? "";
        service.simulator.twilio.addFault({ operation, match, ...fault } as Fault);
        const phoneNumber = pair.phoneNumber.replace("9830000", "9840000");
        const { integrationId } = await completeSignup(service, { ...pair, phoneNumber });
        const linked = await untilStatus(service, integrationId, "linked", userId);
        expect(linked.meta.twilioSubaccountSid).toBe(match);
        expect(livingSenders(phoneNumber)).toEqual([linked.meta.senderId]);
        expect(service.simulator.twilio.state().senders.filter(isInParent)).toEqual([]);
      });
    },
    600_000,
  );

  test("senders.update: every fault leaves the code to be sent again, and ends in linked", async () => {
    await withEachFault(4, async (plan, fault) => {
      const { userId, phoneNumber } = plan;
      service.simulator.twilio.setScenario(phoneNumber, { kind: "code", code: "482913" });
      const { integrationId: id } = await completeSignup(service, {
        ...plan,
        session: { phoneNumberType: "byo" },
      });
      const { meta } = await eventually(
        () => getIntegration(service, id, userId),
        ({ registration }) => registration.step === "verification",
      );
      service.simulator.twilio.addFault({
        operation: "senders.update",
        match: meta.senderId ?? "",
        ...fault,
      } as Fault);
      const authorization = await service.bearer(userId);
      // As a customer does: the code is sent until the number is connected.
      await eventually(
        async () => {
          await service.http
            .post(`/whatsapp/integrations/${id}/verification`)
            .set("Authorization", authorization)
            .send({ code: "482913" });
          return getIntegration(service, id, userId);
        },
        ({ status }) => status === "linked",
      );
      expect(livingSenders(phoneNumber)).toEqual([meta.senderId]);
    });
  }, 600_000);

  test.each([
    ["senders.delete", 5],
    ["senders.fetch", 6],
  ] as const)(
    "%s: every fault ends in disconnected with none left",
    async (operation, row) => {
      await withEachFault(row, async (plan, fault) => {
        const { integrationId: id } = await completeSignup(service, plan);
        const { meta } = await untilStatus(service, id, "linked", plan.userId);
        service.simulator.twilio.addFault({
          operation,
          match: meta.senderId ?? "",
          ...fault,
        } as Fault);
        await service.http
          .delete(`/whatsapp/integrations/${id}`)
          .set("Authorization", await service.bearer(plan.userId))
          .expect(202);
        await untilStatus(service, id, "disconnected", plan.userId);
        expect(livingSenders(plan.phoneNumber)).toEqual([]);
      });
    },
    600_000,
  );
});
