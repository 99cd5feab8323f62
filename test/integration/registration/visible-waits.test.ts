import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Integration } from "../../../src/integrations/integration.ts";
import { subaccountName } from "../../../src/subaccounts/subaccount-store.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { completeSignup, getIntegration, untilStatus } from "../../support/signup.ts";
import { eventually } from "../../support/wait.ts";

describe("while an account is being made", () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService();
  });
  afterAll(() => service.close());

  test("an unknown outcome is settled by listing, and the error stays visible until then", async () => {
    const plan = { userId: "unknown", phoneNumber: "+5511999000001", wabaId: "799000000000001" };
    const name = subaccountName("default", plan.userId, plan.wabaId);
    service.simulator.twilio.addFault({
      operation: "accounts.create",
      kind: "error",
      when: "after",
      match: name,
    });
    const { integrationId } = await completeSignup(service, plan);
    const failed = await eventually(
      () => getIntegration(service, integrationId, plan.userId),
      ({ registration }) => registration.error !== null,
    );
    expect(failed.registration.error?.code).toBe("twilio_unavailable");
    const seen = new Set<string>();
    await eventually(
      () => getIntegration(service, integrationId, plan.userId),
      ({ registration }) => {
        if (registration.step === "subaccount") seen.add(registration.error?.code ?? "none");
        return registration.step !== "subaccount";
      },
    );
    expect([...seen]).toEqual(["twilio_unavailable"]);
    await untilStatus(service, integrationId, "linked", plan.userId);
    const { accounts } = service.simulator.twilio.state();
    expect(accounts.filter(({ friendlyName }) => friendlyName === name)).toHaveLength(1);
  });

  test("a WABA that Meta proved once stays proved by a later callback without proof", async () => {
    const plan = { userId: "proved", phoneNumber: "+5511999000002", wabaId: "799000000000002" };
    service.simulator.twilio.setScenario(plan.phoneNumber, { kind: "never" });
    const { integrationId } = await completeSignup(service, plan);
    await service.database.connection
      .collection<Integration>("integrations")
      .updateOne({ userId: plan.userId }, { $set: { "meta.wabaProof": "meta" } });
    await completeSignup(service, plan);
    const { meta } = await getIntegration(service, integrationId, plan.userId);
    expect(meta.wabaProof).toBe("meta");
  });
});
