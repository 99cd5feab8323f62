import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Integration } from "../../../src/integrations/integration.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { createSession, getIntegration, untilStatus } from "../../support/signup.ts";
import { eventually } from "../../support/wait.ts";

interface Hold {
  _id: string;
  userId: string;
  integrationId?: string;
  proof?: string;
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

  /** A signup through Meta's popup; `shown` has Meta show the number in the WABA. */
  async function signUp(plan: {
    userId: string;
    phoneNumber: string;
    wabaId: string;
    shown?: false;
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
      outcome: plan.shown === false ? "finish_only_waba" : "finish",
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
    return (answer.body as { integrationId: string }).integrationId;
  }

  /** An owner who was linked before proofs were asked for. */
  async function completeSignupUnproven(userId: string, phoneNumber: string, wabaId: string) {
    const id = await signUp({ userId, phoneNumber, wabaId, shown: false });
    await untilStatus(service, id, "linked", userId);
    const unproven = { $set: { "meta.wabaProof": "twilio" } };
    await collection<Integration>("integrations").updateOne({ userId }, unproven);
    // A look under way may still confirm what it read before.
    await eventually(
      async () => {
        await collection<Hold>("waba_holds").updateOne(
          { _id: wabaId },
          { $set: { proof: "twilio" } },
        );
        await new Promise((resolve) => setTimeout(resolve, 400));
        return hold("waba", wabaId);
      },
      (found) => found?.proof === "twilio",
    );
    return id;
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
      operation: "senders.list",
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
          "registration.queue": "registration",
          "registration.dueAt": new Date(),
        },
      },
    );
    const lists = () =>
      service.simulator.twilio.requests().filter(({ operation }) => operation === "senders.list")
        .length;
    const before = lists();
    await eventually(
      () => Promise.resolve(lists()),
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
    for (const waba of ["796000000000004", "796000000000005"])
      expect(await hold("waba", waba)).toBeNull();
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
    // As if a process had been frozen with a proof of the other's in its hands.
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
    ] as const)
      await eventually(
        () => hold(kind, of),
        (found) => found?.userId === plan.userId,
      );
    const { status, meta: after } = await getIntegration(service, id, plan.userId);
    expect({ status, senderId: after.senderId }).toEqual({
      status: "linked",
      senderId: meta.senderId,
    });
  });

  test("an owner who loses the WABA to a proof loses its number with it", async () => {
    const phoneNumber = "+5511996000015";
    const wabaId = "796000000000015";
    const squatter = await completeSignupUnproven("has-no-proof", phoneNumber, wabaId);
    const owner = await signUp({ userId: "proves-waba", phoneNumber, wabaId, shown: false });
    await untilStatus(service, owner, "linked", "proves-waba");
    const lost = await untilStatus(service, squatter, "error", "has-no-proof");
    expect(lost.registration.error?.code).toBe("waba_linked_elsewhere");
    expect(await hold("number", phoneNumber)).toMatchObject({ userId: "proves-waba" });
  });

  test("a number that Meta shows to be another owner's goes to that one, without a person", async () => {
    const phoneNumber = "+5511996000007";
    const squatter = await signUp({
      userId: "squats",
      phoneNumber,
      wabaId: "796000000000007",
      shown: false,
    });
    await untilStatus(service, squatter, "linked", "squats");
    const owner = await signUp({ userId: "owns", phoneNumber, wabaId: "796000000000008" });
    await untilStatus(service, owner, "linked", "owns");
    const lost = await untilStatus(service, squatter, "error", "squats");
    expect(lost.registration.error?.code).toBe("number_linked_elsewhere");
    expect(await hold("number", phoneNumber)).toMatchObject({ userId: "owns" });
    expect(await hold("waba", "796000000000007")).toBeNull();
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
