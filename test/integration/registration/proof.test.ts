import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { startTestService, type TestService } from "../../support/service.ts";
import { popupSignup, type PopupPlan } from "../../support/popup-signup.ts";
import { completeSignup, getIntegration, untilStatus } from "../../support/signup.ts";
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

  const provenSignup = (plan: PopupPlan) => popupSignup(service, plan);

  test("a WABA that works for one owner is not taken by another's proof", async () => {
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
    const lost = await untilStatus(service, owner.integrationId, "error", "waba-owner");
    expect(lost.meta.wabaProof).toBe("meta");
    expect(lost.registration.error).toMatchObject({
      code: "waba_linked_elsewhere",
      actor: "customer",
    });
    expect((await getIntegration(service, squatter.integrationId, "squatter")).status).toBe(
      "linked",
    );
    expect(living("+5511993000001")).toHaveLength(1);
    expect(living("+5511993000002")).toEqual([]);
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
      shown: false,
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
