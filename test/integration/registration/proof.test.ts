import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { startTestService, type TestService } from "../../support/service.ts";
import {
  completeSignup,
  createSession,
  getIntegration,
  untilStatus,
} from "../../support/signup.ts";
import { eventually } from "../../support/wait.ts";

const SECRET = { META_APP_SECRET: "app-secret-of-the-tests" };

describe("Meta's proof between owners", () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService();
  });
  afterAll(() => service.close());

  const living = (phoneNumber: string) =>
    service.simulator.twilio
      .state()
      .senders.filter(({ senderId, deleted }) => senderId.endsWith(phoneNumber) && !deleted);

  /** A signup through Meta's popup, with the code that proves it. */
  async function provenSignup(plan: {
    userId: string;
    phoneNumber: string;
    wabaId: string;
    outcome?: "finish" | "finish_only_waba";
  }) {
    const session = await createSession(service, plan);
    const visitor = service.visitor();
    const payload = await visitor.open(session.signupUrl);
    const started = await visitor.start(payload).expect(200);
    const { launch } = started.body as {
      launch: { appId: string; configId: string; extras: Record<string, unknown> };
    };
    const popup = service.simulator.meta.completeSignup({
      ...launch,
      outcome: plan.outcome ?? "finish",
      wabaId: plan.wabaId,
      phoneNumber: plan.phoneNumber,
    });
    const data = popup.message?.data as { phone_number_id?: string };
    const answer = await visitor.postCallback({
      payload,
      WhatsAppBusinessAccountId: plan.wabaId,
      ...(data.phone_number_id ? { phoneNumberId: data.phone_number_id } : {}),
      code: popup.authResponse?.code,
    });
    return answer.body as { integrationId: string; code?: string };
  }

  test("a WABA that only Twilio accepted goes to the owner whom Meta confirms", async () => {
    await service.restart();
    const wabaId = "793000000000001";
    const squatter = await completeSignup(service, {
      userId: "squatter",
      phoneNumber: "+5511993000001",
      wabaId,
    });
    await untilStatus(service, squatter.integrationId, "linked", "squatter");
    await service.restart(SECRET);
    const owner = await provenSignup({
      userId: "waba-owner",
      phoneNumber: "+5511993000002",
      wabaId,
    });
    const linked = await untilStatus(service, owner.integrationId, "linked", "waba-owner");
    expect(linked.meta.wabaProof).toBe("meta");
    const lost = await untilStatus(service, squatter.integrationId, "error", "squatter");
    expect(lost.registration.error?.code).toBe("waba_linked_elsewhere");
    await eventually(
      () => Promise.resolve(living("+5511993000001")),
      (senders) => senders.length === 0,
    );
    expect(living("+5511993000002")).toHaveLength(1);
  });

  test("a WABA that Meta confirmed does not go to a second owner, whatever it proves", async () => {
    await service.restart(SECRET);
    const wabaId = "793000000000003";
    const first = await provenSignup({
      userId: "proven-1",
      phoneNumber: "+5511993000003",
      wabaId,
    });
    await untilStatus(service, first.integrationId, "linked", "proven-1");
    const second = await provenSignup({
      userId: "proven-2",
      phoneNumber: "+5511993000004",
      wabaId,
    });
    await untilStatus(service, second.integrationId, "error", "proven-2");
    expect((await getIntegration(service, first.integrationId, "proven-1")).status).toBe("linked");
    expect(living("+5511993000003")).toHaveLength(1);
  });

  test("a linked number moves to another WABA of its owner when Meta shows it there", async () => {
    await service.restart(SECRET);
    const plan = { userId: "mover", phoneNumber: "+5511993000005" };
    const before = await provenSignup({ ...plan, wabaId: "793000000000005" });
    const old = await untilStatus(service, before.integrationId, "linked", "mover");
    const unproven = await provenSignup({
      ...plan,
      wabaId: "793000000000006",
      outcome: "finish_only_waba",
    });
    expect(unproven).toMatchObject({ code: "number_already_linked" });
    const after = await provenSignup({ ...plan, wabaId: "793000000000006" });
    expect(after.integrationId).toBe(before.integrationId);
    const moved = await eventually(
      () => getIntegration(service, after.integrationId, "mover"),
      ({ status, meta }) => status === "linked" && meta.wabaId === "793000000000006",
    );
    expect(moved.meta.twilioSubaccountSid).not.toBe(old.meta.twilioSubaccountSid);
    expect(living(plan.phoneNumber).map(({ sid }) => sid)).toEqual([moved.meta.senderId]);
  });
});
