import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { startTestService, type TestService } from "../../support/service.ts";
import { completeSignup, getIntegration, untilStatus } from "../../support/signup.ts";

describe("DELETE /whatsapp/integrations/:id", () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService();
  });
  afterAll(() => service.close());

  async function disconnect(userId: string, id: string) {
    return service.http
      .delete(`/whatsapp/integrations/${id}`)
      .set("Authorization", await service.bearer(userId));
  }

  test("needs the owner", async () => {
    expect((await service.http.delete("/whatsapp/integrations/x")).status).toBe(401);
    const { integrationId } = await completeSignup(service, {
      userId: "mine",
      phoneNumber: "+5511960000001",
      wabaId: "760000000000001",
    });
    expect((await disconnect("somebody", integrationId)).body).toMatchObject({
      code: "integration_unknown",
    });
  });

  test("deletes the sender, keeps the document, and the number can be connected again", async () => {
    const plan = { userId: "leaves", phoneNumber: "+5511960000002", wabaId: "760000000000002" };
    const { integrationId } = await completeSignup(service, plan);
    const { meta } = await untilStatus(service, integrationId, "linked", "leaves");
    const answer = await disconnect("leaves", integrationId);
    expect(answer.status).toBe(202);
    expect(answer.body).toMatchObject({
      status: "pending",
      registration: { step: "disconnecting" },
    });
    const gone = await untilStatus(service, integrationId, "disconnected", "leaves");
    expect(gone.registration).toMatchObject({ step: "done", waitingFor: null, senderStatus: null });
    const { senders } = service.simulator.twilio.state();
    expect(senders.find(({ sid }) => sid === meta.senderId)?.deleted).toBe(true);
    expect((await disconnect("leaves", integrationId)).status).toBe(202);
    expect((await getIntegration(service, integrationId, "leaves")).status).toBe("disconnected");

    const again = await completeSignup(service, { ...plan, session: { integrationId } });
    expect(again.integrationId).toBe(integrationId);
    const linked = await untilStatus(service, integrationId, "linked", "leaves");
    expect(linked.meta.twilioSubaccountSid).toBe(meta.twilioSubaccountSid);
    expect(linked.meta.senderId).not.toBe(meta.senderId);
  });

  test("while the sender is being created leaves none behind", async () => {
    const plan = { userId: "early", phoneNumber: "+5511960000003", wabaId: "760000000000003" };
    service.simulator.twilio.addFault({
      operation: "senders.create",
      kind: "hang",
      when: "after",
      ms: 400,
    });
    const { integrationId } = await completeSignup(service, plan);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await disconnect("early", integrationId);
    await untilStatus(service, integrationId, "disconnected", "early");
    const living = service.simulator.twilio
      .state()
      .senders.filter((sender) => sender.senderId.endsWith(plan.phoneNumber) && !sender.deleted);
    expect(living).toEqual([]);
  });

  test("does not end because one look does not find the subaccount", async () => {
    const [userId, phoneNumber] = ["one-404", "+5511969000091"];
    const plan = { userId, phoneNumber, wabaId: "769000000000091" };
    const { integrationId: id } = await completeSignup(service, plan);
    const { meta } = await untilStatus(service, id, "linked", userId);
    // A process that has no token in memory yet reads the subaccount first.
    await service.restart();
    service.simulator.twilio.addFault({
      operation: "accounts.fetch",
      kind: "error",
      status: 404,
      code: 20404,
      match: meta.twilioSubaccountSid ?? "",
    });
    await service.http
      .delete(`/whatsapp/integrations/${id}`)
      .set("Authorization", await service.bearer(userId))
      .expect(202);
    await untilStatus(service, id, "disconnected", userId);
    const sender = service.simulator.twilio
      .state()
      .senders.find(({ sid }) => sid === meta.senderId);
    expect(sender?.deleted).toBe(true);
  });
});
