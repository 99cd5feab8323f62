import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { newNumber, newUser, newWaba } from "../../support/numbers.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { completeSignup, getIntegration, untilStatus } from "../../support/signup.ts";
import { eventually } from "../../support/wait.ts";

interface Shown {
  status: string;
  meta: { senderId?: string };
  health?: { qualityRating?: string; messagingLimit?: string; checkedAt: string };
}

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ env: { LINKED_CHECK_INTERVAL_MS: "200" } });
});
afterAll(() => service.close());

const AT = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

async function signUp() {
  const plan = { userId: newUser(), phoneNumber: newNumber(), wabaId: newWaba() };
  const { integrationId: id } = await completeSignup(service, plan);
  const read = async () => (await getIntegration(service, id, plan.userId)) as unknown as Shown;
  return { ...plan, id, read };
}

describe("health of an integration", () => {
  test("is what Twilio shows of the sender when it is linked", async () => {
    const { userId, id, read } = await signUp();
    expect(await read()).not.toHaveProperty("health");
    await untilStatus(service, id, "linked", userId);
    expect((await read()).health).toEqual({
      qualityRating: "HIGH",
      messagingLimit: "1K Customers/24hr",
      checkedAt: AT,
    });
  });

  test("is read again at each check, and keeps nothing that is not shown any more", async () => {
    const { userId, id, read } = await signUp();
    const { meta } = await untilStatus(service, id, "linked", userId);
    service.simulator.twilio.setSender(meta.senderId ?? "", {
      health: {
        quality_rating: "LOW",
        messaging_limit: null,
        pending_display_name_status: "PENDING_REVIEW",
      },
    });
    const { health } = await eventually(read, ({ health: now }) => now?.qualityRating === "LOW");
    expect(health).toEqual({
      displayNameStatus: "PENDING_REVIEW",
      qualityRating: "LOW",
      checkedAt: AT,
    });
    expect((await read()).status).toBe("linked");
  });

  test("ends with the sender", async () => {
    const { userId, id, read } = await signUp();
    await untilStatus(service, id, "linked", userId);
    await service.http
      .delete(`/whatsapp/integrations/${id}`)
      .set("Authorization", await service.bearer(userId))
      .expect(202);
    await untilStatus(service, id, "disconnected", userId);
    expect(await read()).not.toHaveProperty("health");
  });
});
