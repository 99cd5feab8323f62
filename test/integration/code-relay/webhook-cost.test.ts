import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import twilio from "twilio";
import { MovableClock } from "../../support/movable-clock.ts";
import { problemIn } from "../../support/problems.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { META_SMS, post, SMS_PATH } from "./relayed-signup.ts";

const clock = new MovableClock();
let service: TestService;
beforeAll(async () => {
  service = await startTestService({ clock, env: { WORKER_ENABLED: "false" } });
});
afterAll(() => service.close());

/** A subaccount that the service knows. */
async function subaccount() {
  const { sid, authToken } = service.simulator.twilio.seedAccount();
  const now = new Date();
  const record = { _id: sid, userId: sid, wabaId: sid, sid, createdAt: now, updatedAt: now };
  await service.database.connection
    .collection<{ _id: string }>("twilio_subaccounts")
    .insertOne(record);
  return { sid, authToken };
}

const fetches = (sid: string) =>
  service.simulator.twilio.requests().filter(({ path }) => path.includes(`/Accounts/${sid}`))
    .length;

function send(sid: string, token = "a-wrong-token") {
  const fields = { AccountSid: sid, To: "+5511955550000", From: "+15550001111", Body: META_SMS };
  const signature = twilio.getExpectedTwilioSignature(token, `${service.url}${SMS_PATH}`, fields);
  return post(service, SMS_PATH, fields).set("X-Twilio-Signature", signature);
}

describe("webhooks that nobody has proven", () => {
  test("ask Twilio once for minutes about a subaccount that is closed", async () => {
    const { sid } = await subaccount();
    service.simulator.twilio.setAccountStatus(sid, "closed");
    for (let i = 0; i < 5; i += 1) {
      expect(problemIn(await send(sid))).toBe("403 webhook_signature_invalid");
    }
    expect(fetches(sid)).toBe(1);
    clock.advance(4 * 60_000);
    await send(sid);
    expect(fetches(sid)).toBe(1);
    clock.advance(2 * 60_000);
    await send(sid);
    expect(fetches(sid)).toBe(2);
  });

  test("ask once about one that is open, and once for many at the same moment", async () => {
    const { sid, authToken } = await subaccount();
    await Promise.all(Array.from({ length: 10 }, () => send(sid)));
    await send(sid);
    expect(fetches(sid)).toBe(1);
    expect((await send(sid, authToken)).status).toBe(200);
  });

  test("leave Twilio alone for seconds where it does not answer, and no longer", async () => {
    const { sid, authToken } = await subaccount();
    service.simulator.twilio.addFault({ operation: "accounts.fetch", kind: "error", status: 500 });
    for (let i = 0; i < 5; i += 1) {
      expect(problemIn(await send(sid))).toBe("503 twilio_unavailable");
    }
    expect(fetches(sid)).toBe(1);
    clock.advance(6_000);
    expect((await send(sid, authToken)).status).toBe(200);
    expect(fetches(sid)).toBe(2);
  });
});
