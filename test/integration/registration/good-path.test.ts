import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { startTestService, type TestService } from "../../support/service.ts";
import { completeSignup, NUMBER, untilStatus, WABA } from "../../support/signup.ts";

describe("one whole registration", () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService();
  });
  afterAll(() => service.close());

  test("goes from the callback to linked with one subaccount and one sender", async () => {
    const { integrationId } = await completeSignup(service);
    const integration = await untilStatus(service, integrationId, "linked");
    const { accounts, senders } = service.simulator.twilio.state();
    expect(senders).toHaveLength(1);
    expect(integration).toMatchObject({
      status: "linked",
      externalId: NUMBER,
      meta: {
        wabaId: WABA,
        twilioSubaccountSid: senders[0]?.accountSid,
        senderId: senders[0]?.sid,
        registeredVia: "twilio_embedded_signup",
        phoneNumberType: "sms_capable",
        wabaProof: "twilio",
      },
      registration: { step: "done", senderStatus: "ONLINE", waitingFor: null, error: null },
    });
    expect(accounts).toHaveLength(2);
  });
});
