import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Integration } from "../../../src/integrations/integration.ts";
import { MovableClock } from "../../support/movable-clock.ts";
import { newNumber, newUser, newWaba } from "../../support/numbers.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { completeSignup, getIntegration } from "../../support/signup.ts";
import { eventually } from "../../support/wait.ts";

const DAY_MS = 86_400_000;
const VARIABLES = { SENDER_WEBHOOK_URL: "https://app.example.com/in" };

describe("a webhook that Twilio refuses", () => {
  const clock = new MovableClock();
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ clock, env: { LINKED_CHECK_INTERVAL_MS: "3600000" } });
  });
  afterAll(() => service.close());

  test("is told to the operator once and tried again a day later; the number stays linked", async () => {
    const plan = { userId: newUser(), phoneNumber: newNumber(), wabaId: newWaba() };
    const { integrationId } = await completeSignup(service, plan);
    // The clock of the registration stands still but for this.
    const linked = await eventually(
      async () => {
        clock.advance(1_000);
        return getIntegration(service, integrationId, plan.userId);
      },
      ({ status }) => status === "linked",
    );
    const sid = linked.meta.senderId ?? "";
    const { twilio } = service.simulator;
    twilio.addFault({
      operation: "senders.update",
      kind: "error",
      status: 400,
      code: 63105,
      times: 2,
    });
    await service.restart(VARIABLES);
    const requests = (operation: string) =>
      twilio.requests().filter((request) => request.operation === operation).length;
    const stored = () =>
      service.database.connection
        .collection<Integration>("integrations")
        .findOne({ userId: plan.userId });
    const untilNextCheck = async () => {
      const before = requests("senders.list") + requests("senders.fetch");
      clock.advance(2 * 3_600_000);
      await eventually(
        async () => ({
          now: requests("senders.list") + requests("senders.fetch"),
          document: await stored(),
        }),
        ({ now, document }) => now > before && !document?.work.lease,
      );
    };
    const refusals = () => service.log.filter(({ to, level }) => to && level === "error");

    await untilNextCheck();
    await untilNextCheck();
    expect(requests("senders.update")).toBe(1);
    expect(refusals()).toEqual([
      expect.objectContaining({
        senderId: sid,
        refusal: "sender_action_unsupported",
        providerCode: "63105",
      }),
    ]);
    expect((await stored())?.work).toMatchObject({
      webhook: { outcome: "refused", refusal: "sender_action_unsupported", providerCode: "63105" },
    });

    clock.advance(DAY_MS);
    await untilNextCheck();
    expect(requests("senders.update")).toBe(2);
    clock.advance(DAY_MS);
    await untilNextCheck();
    expect(requests("senders.update")).toBe(3);
    expect(refusals()).toHaveLength(1);
    const document = await stored();
    expect(document?.status).toBe("linked");
    expect(
      document?.registration.history.filter(({ event }) => event.startsWith("sender_webhook")),
    ).toMatchObject([
      { event: "sender_webhook_refused", code: "sender_action_unsupported" },
      { event: "sender_webhook_changed" },
    ]);
  });
});
