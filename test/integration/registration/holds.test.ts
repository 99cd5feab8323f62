import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Integration } from "../../../src/integrations/integration.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { popupSignup, type PopupPlan } from "../../support/popup-signup.ts";
import { getIntegration, untilStatus } from "../../support/signup.ts";
import { eventually } from "../../support/wait.ts";

interface Hold {
  _id: string;
  userId: string;
  integrationId?: string;
}

describe("holds", () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({
      env: { LINKED_CHECK_INTERVAL_MS: "300", META_APP_SECRET: "app-secret-of-the-tests" },
    });
  });
  afterAll(() => service.close());

  const collection = <T extends object>(name: string) =>
    service.database.connection.collection<T>(name);
  const hold = (kind: "number" | "waba", id: string) =>
    collection<Hold>(`${kind}_holds`).findOne({ _id: id });

  async function signUp(plan: PopupPlan) {
    return (await popupSignup(service, plan)).integrationId;
  }

  async function disconnect(userId: string, id: string) {
    await service.http
      .delete(`/whatsapp/integrations/${id}`)
      .set("Authorization", await service.bearer(userId))
      .expect(202);
    await untilStatus(service, id, "disconnected", userId);
  }

  test("a look that ends after the disconnect leaves none", async () => {
    const plan = { userId: "late-look", phoneNumber: "+5511996000001", wabaId: "796000000000001" };
    const id = await signUp(plan);
    await untilStatus(service, id, "linked", plan.userId);
    service.simulator.twilio.addFault({
      operation: "senders.fetch",
      kind: "hang",
      when: "after",
      ms: 600,
    });
    // As if a process had been killed after it noted ONLINE and before it linked.
    await collection<Integration>("integrations").updateOne(
      { userId: plan.userId },
      {
        $set: {
          status: "pending",
          "registration.step": "online",
          "work.queue": "registration",
          "work.dueAt": new Date(),
        },
      },
    );
    const looks = () =>
      service.simulator.twilio.requests().filter(({ operation }) => operation === "senders.fetch")
        .length;
    const before = looks();
    await eventually(
      () => Promise.resolve(looks()),
      (count) => count > before,
    );
    await disconnect(plan.userId, id);
    await new Promise((resolve) => setTimeout(resolve, 700));
    // The look may have taken them anew; then it is the one that ends them.
    await eventually(
      () => Promise.all([hold("number", plan.phoneNumber), hold("waba", plan.wabaId)]),
      ([number, waba]) => number === null && waba === null,
    );
  });

  test("a number that moves to another WABA lets go of the former one", async () => {
    const plan = { userId: "leaves-waba", phoneNumber: "+5511996000002" };
    const id = await signUp({ ...plan, wabaId: "796000000000002" });
    await untilStatus(service, id, "linked", plan.userId);
    await signUp({ ...plan, wabaId: "796000000000003" });
    await eventually(
      () => hold("waba", "796000000000003"),
      (found) => found !== null,
    );
    await untilStatus(service, id, "linked", plan.userId);
    expect(await hold("waba", "796000000000002")).toBeNull();
    expect(await hold("number", plan.phoneNumber)).toMatchObject({ wabaId: "796000000000003" });
  });

  test("a disconnect lets go of a WABA that the number was held under before", async () => {
    const plan = { userId: "both", phoneNumber: "+5511996000004" };
    const id = await signUp({ ...plan, wabaId: "796000000000004" });
    await untilStatus(service, id, "linked", plan.userId);
    service.simulator.twilio.setScenario(plan.phoneNumber, { kind: "never" });
    await signUp({ ...plan, wabaId: "796000000000005" });
    await untilStatus(service, id, "pending", plan.userId);
    await disconnect(plan.userId, id);
    for (const waba of ["796000000000004", "796000000000005"]) {
      expect(await hold("waba", waba)).toBeNull();
    }
    expect(await hold("number", plan.phoneNumber)).toBeNull();
  });

  test("one that was lost on the way is taken again by the next look", async () => {
    const plan = { userId: "healed", phoneNumber: "+5511996000006", wabaId: "796000000000006" };
    const id = await signUp(plan);
    await untilStatus(service, id, "linked", plan.userId);
    await collection<Hold>("number_holds").deleteOne({ _id: plan.phoneNumber });
    await collection<Hold>("waba_holds").deleteOne({ _id: plan.wabaId });
    const found = await eventually(
      async () => [await hold("number", plan.phoneNumber), await hold("waba", plan.wabaId)],
      (holds) => holds.every((one) => one !== null),
    );
    expect(found.map((one) => one?.userId)).toEqual([plan.userId, plan.userId]);
  });

  test("one that is left with an owner who is gone counts for nothing", async () => {
    const gone = { userId: "is-gone", phoneNumber: "+5511996000013", wabaId: "796000000000013" };
    const goneId = await signUp(gone);
    await untilStatus(service, goneId, "linked", gone.userId);
    await disconnect(gone.userId, goneId);
    const plan = { userId: "stays", phoneNumber: "+5511996000014", wabaId: "796000000000014" };
    const id = await signUp(plan);
    const { meta } = await untilStatus(service, id, "linked", plan.userId);
    // As if a process had been frozen with the other's ONLINE in its hands.
    await collection<Hold>("number_holds").updateOne(
      { _id: plan.phoneNumber },
      { $set: { userId: gone.userId, integrationId: goneId } },
    );
    await collection<Hold>("waba_holds").updateOne(
      { _id: plan.wabaId },
      { $set: { userId: gone.userId } },
    );
    for (const [kind, of] of [
      ["number", plan.phoneNumber],
      ["waba", plan.wabaId],
    ] as const) {
      await eventually(
        () => hold(kind, of),
        (found) => found?.userId === plan.userId,
      );
    }
    const { status, meta: after } = await getIntegration(service, id, plan.userId);
    expect({ status, senderId: after.senderId }).toEqual({
      status: "linked",
      senderId: meta.senderId,
    });
  });

  test("a number that is seen under another WABA stays held, and the former WABA does not", async () => {
    const plan = {
      userId: "moved-at-meta",
      phoneNumber: "+5511996000007",
      wabaId: "796000000000007",
    };
    const id = await signUp(plan);
    const { meta } = await untilStatus(service, id, "linked", plan.userId);
    service.simulator.twilio.setSender(meta.senderId ?? "", { wabaId: "796000000000008" });
    const { registration } = await untilStatus(service, id, "error", plan.userId);
    expect(registration.error?.code).toBe("sender_has_other_waba");
    expect(await hold("waba", plan.wabaId)).toBeNull();
    expect(await hold("number", plan.phoneNumber)).toMatchObject({ userId: plan.userId });
  });

  test("a number does not yield to a proof of another WABA that does not show it", async () => {
    const phoneNumber = "+5511996000011";
    const first = { userId: "shown-nowhere", phoneNumber, wabaId: "796000000000011" };
    const id = await signUp({ ...first, shown: false });
    await untilStatus(service, id, "linked", first.userId);
    const other = await signUp({
      userId: "proves-waba-only",
      phoneNumber,
      wabaId: "796000000000012",
      shown: false,
    });
    await untilStatus(service, other, "error", "proves-waba-only");
    expect(await hold("number", phoneNumber)).toMatchObject({ userId: first.userId });
    await untilStatus(service, id, "linked", first.userId);
  });

  test("the WABA's ends with the last of the owner's numbers in it, not with the first", async () => {
    const plan = { userId: "two-numbers", wabaId: "796000000000009" };
    const first = await signUp({ ...plan, phoneNumber: "+5511996000009" });
    await untilStatus(service, first, "linked", plan.userId);
    const second = await signUp({ ...plan, phoneNumber: "+5511996000010" });
    await untilStatus(service, second, "linked", plan.userId);
    await disconnect(plan.userId, first);
    expect(await hold("waba", plan.wabaId)).toMatchObject({ userId: plan.userId });
    await disconnect(plan.userId, second);
    expect(await hold("waba", plan.wabaId)).toBeNull();
  });
});
