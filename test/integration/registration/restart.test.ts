import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { startTestService, type TestService } from "../../support/service.ts";
import { completeSignup, untilStatus } from "../../support/signup.ts";
import { eventually } from "../../support/wait.ts";

describe("a restart at any point", () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ onlineAfterMs: 300 });
  });
  afterAll(() => service.close());

  test.each([
    "accounts.list",
    "accounts.create",
    "numbers.list",
    "senders.list",
    "senders.create",
  ] as const)("during %s is continued and makes one of each", async (operation) => {
    service.simulator.reset();
    const suffix = operation.length + operation.charCodeAt(0);
    const [userId, wabaId] = [`restart-${operation}`, `72000000000${suffix}`];
    const phoneNumber = `+55119200${String(suffix).padStart(5, "0")}`;
    service.simulator.twilio.addFault({ operation, kind: "slow", ms: 250 });
    const { integrationId } = await completeSignup(service, { userId, phoneNumber, wabaId });
    await eventually(
      () => Promise.resolve(service.simulator.twilio.requests()),
      (requests) => requests.some((request) => request.operation === operation),
    );
    await service.restart();
    await untilStatus(service, integrationId, "linked", userId);
    const { accounts, senders } = service.simulator.twilio.state();
    expect(accounts).toHaveLength(2);
    expect(senders).toHaveLength(1);
  });

  test("while the sender is under way is continued by the next look", async () => {
    service.simulator.reset();
    const [userId, wabaId, phoneNumber] = ["restart-look", "720000000000999", "+5511920000999"];
    const { integrationId } = await completeSignup(service, { userId, phoneNumber, wabaId });
    await eventually(
      () => Promise.resolve(service.simulator.twilio.state().senders),
      (senders) => senders.length === 1,
    );
    await service.restart();
    await untilStatus(service, integrationId, "linked", userId);
    expect(service.simulator.twilio.state().senders).toHaveLength(1);
  });
});
