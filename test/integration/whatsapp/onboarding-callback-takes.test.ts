import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { newNumber } from "../../support/numbers.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { WABA } from "../../support/signup.ts";
import { CALLBACK, integrations, startedSession, storedSession } from "./callback.ts";

const SUBACCOUNT = `AC${"0a".repeat(16)}`;

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ env: { WORKER_ENABLED: "false" } });
});
afterAll(() => service.close());

const withoutNumber = () =>
  startedSession(service, { session: { phoneNumber: undefined, displayName: undefined } });

describe("the onboarding callback takes", () => {
  const complete = (phoneNumber: string) => ({
    TwilioNumber: phoneNumber,
    FacebookBusinessId: "98765432101234567890",
    SubaccountSid: SUBACCOUNT,
  });

  test("the values of a GET, and of a POST as JSON and as a form, alike", async () => {
    const ways = [
      async () => {
        const session = await startedSession(service);
        await session.visitor
          .callback({ ...session.values, ...complete(session.phoneNumber) })
          .expect(303);
        return session;
      },
      async () => {
        const session = await startedSession(service);
        await session.visitor
          .postCallback({ ...session.values, ...complete(session.phoneNumber) })
          .expect(200);
        return session;
      },
      async () => {
        const session = await startedSession(service);
        await session.visitor.agent
          .post(CALLBACK)
          .type("form")
          .redirects(0)
          .send({ ...session.values, ...complete(session.phoneNumber) })
          .expect(303);
        return session;
      },
      async () => {
        const session = await startedSession(service);
        await session.visitor
          .postCallback(complete(session.phoneNumber))
          .query(session.values)
          .expect(200);
        return session;
      },
    ];
    for (const way of ways) {
      const { sessionId, phoneNumber } = await way();
      expect((await storedSession(service, sessionId)).callback).toEqual({
        phoneNumber,
        wabaId: WABA,
        facebookBusinessId: "98765432101234567890",
        subaccountSid: SUBACCOUNT,
        displayName: "Panadería Sol",
      });
    }
  });

  test("what is required and nothing made up for the rest", async () => {
    const { visitor, values, sessionId, userId } = await startedSession(service);
    const empty = { FacebookBusinessId: "", SubaccountSid: "", TwilioNumber: "", displayName: "" };
    await visitor.postCallback({ ...values, ...empty }).expect(200);
    const { callback } = await storedSession(service, sessionId);
    expect(callback).not.toHaveProperty("facebookBusinessId");
    expect(callback).not.toHaveProperty("subaccountSid");
    const [integration] = await integrations(service).find({ userId }).toArray();
    expect(integration?.meta).not.toHaveProperty("facebookBusinessId");
    expect(integration?.meta).not.toHaveProperty("twilioSubaccountSid");
  });

  test("displayName, phoneNumberId and code from a POST alone", async () => {
    const session = await startedSession(service);
    const extra = { displayName: "Luna", phoneNumberId: "12345", code: "AQ" };
    await session.visitor.callback({ ...session.values, ...extra }).expect(303);
    const { callback } = await storedSession(service, session.sessionId);
    expect(callback).toMatchObject({ displayName: "Panadería Sol" });
    expect(callback).not.toHaveProperty("phoneNumberId");
    const posted = await startedSession(service, { session: { displayName: undefined } });
    await posted.visitor.postCallback({ ...posted.values, ...extra }).expect(200);
    expect((await storedSession(service, posted.sessionId)).callback).toMatchObject({
      displayName: "Luna",
      phoneNumberId: "12345",
    });
  });

  test("no displayName where the session has one", async () => {
    const { visitor, values, sessionId } = await startedSession(service);
    await visitor.postCallback({ ...values, displayName: "Luna" }).expect(200);
    expect((await storedSession(service, sessionId)).callback).toMatchObject({
      displayName: "Panadería Sol",
    });
  });

  test.each([
    [(number: string) => `whatsapp:${number}`],
    [(number: string) => number.replace("+", " ")],
    [(number: string) => `whatsapp:${number.replace("+", " ")}`],
    [(number: string) => number.replace(/(\d{4})$/, "-$1")],
  ])("the number as %s writes it", async (write) => {
    const phoneNumber = newNumber();
    const { visitor, values, sessionId } = await withoutNumber();
    await visitor.callback({ ...values, TwilioNumber: write(phoneNumber) }).expect(303);
    expect((await storedSession(service, sessionId)).callback).toMatchObject({ phoneNumber });
  });

  test("an unescaped plus in a query, which arrives as a space", async () => {
    const phoneNumber = newNumber();
    const { visitor, values, sessionId } = await withoutNumber();
    const query = `payload=${values.payload}&WhatsAppBusinessAccountId=${WABA}&TwilioNumber=${phoneNumber}`;
    await visitor.agent.get(`${CALLBACK}?${query}`).redirects(0).expect(303);
    expect((await storedSession(service, sessionId)).callback).toMatchObject({ phoneNumber });
  });

  test("Mexico's old form for the new one", async () => {
    const { visitor, values, sessionId } = await startedSession(service, {
      phoneNumber: "+525512345678",
    });
    await visitor.postCallback({ ...values, TwilioNumber: "+5215512345678" }).expect(200);
    expect((await storedSession(service, sessionId)).callback).toMatchObject({
      phoneNumber: "+525512345678",
    });
  });

  test("parameters that it does not know, and leaves them alone", async () => {
    const { visitor, values, sessionId } = await startedSession(service);
    await visitor
      .postCallback({ ...values, status: "linked", integrationId: ["x"], $set: { a: 1 } })
      .expect(200);
    const { callback } = await storedSession(service, sessionId);
    expect(Object.keys(callback ?? {}).toSorted()).toEqual([
      "displayName",
      "phoneNumber",
      "wabaId",
    ]);
  });
});
