import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { newNumber } from "../../support/numbers.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { integrations, sessions, startedSession } from "./callback.ts";
import { finish, integrationOf, SUBACCOUNT } from "./integration.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ env: { WORKER_ENABLED: "false" } });
});
afterAll(() => service.close());

describe("the first callback for a number", () => {
  test("makes a pending integration with all that the signup told", async () => {
    const session = await startedSession(service, { session: { phoneNumberType: "byo" } });
    const { userId, phoneNumber, sessionId } = session;
    await finish(session, {
      FacebookBusinessId: "98765",
      SubaccountSid: SUBACCOUNT,
      phoneNumberId: "12345",
      code: "AQ-canary",
    }).expect(200);
    const { takenAt, createdAt } = (await sessions(service).findOne({
      _id: sessionId,
    })) as never as {
      takenAt: Date;
      createdAt: Date;
    };
    const integration = await integrationOf(service, userId);
    expect(integration).toEqual({
      _id: expect.anything(),
      userId,
      provider: "whatsapp",
      externalId: phoneNumber,
      status: "pending",
      meta: {
        wabaId: session.values.WhatsAppBusinessAccountId,
        facebookBusinessId: "98765",
        registeredVia: "twilio_embedded_signup",
        phoneNumberType: "byo",
        wabaProof: "twilio",
        phoneNumberId: "12345",
      },
      registration: expect.objectContaining({
        generation: 1,
        target: {
          sessionId,
          takenAt,
          sessionCreatedAt: createdAt,
          numberShown: false,
          givenSubaccountSid: SUBACCOUNT,
        },
        displayName: "Panadería Sol",
        numberAssigned: false,
        step: "subaccount",
        attempts: 0,
        waitingFor: "twilio",
      }),
      work: expect.objectContaining({ queue: "registration", polls: 0 }),
      createdAt: expect.any(Date),
      updatedAt: expect.any(Date),
    });
    expect(JSON.stringify(integration)).not.toContain("canary");
  });

  test("knows that the owner's token named the number as assigned", async () => {
    const phoneNumber = newNumber();
    const session = await startedSession(service, {
      phoneNumber,
      claims: { phone_numbers: ["+5511900000000", phoneNumber] },
    });
    await finish(session).expect(200);
    expect(await integrationOf(service, session.userId)).toMatchObject({
      registration: { numberAssigned: true },
    });
  });

  test("of another owner makes another integration", async () => {
    const phoneNumber = newNumber();
    const [one, two] = [
      await startedSession(service, { phoneNumber }),
      await startedSession(service, { phoneNumber }),
    ];
    await finish(one).expect(200);
    await finish(two).expect(200);
    expect(await integrationOf(service, one.userId)).toMatchObject({
      registration: { generation: 1 },
    });
    expect(await integrationOf(service, two.userId)).toMatchObject({
      registration: { generation: 1 },
    });
  });

  test("leaves another provider's document of the same number alone", async () => {
    const session = await startedSession(service);
    const { userId, phoneNumber } = session;
    const foreign = { userId, provider: "telegram", externalId: phoneNumber, status: "linked" };
    await integrations(service).insertOne({ ...foreign });
    await finish(session).expect(200);
    const found = await integrations(service).find({ userId }).toArray();
    expect(found).toHaveLength(2);
    expect(found).toContainEqual({ _id: expect.anything(), ...foreign });
  });
});
