import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { dump } from "../../support/dump.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import {
  askCode,
  codeFor,
  META_CODE,
  META_SMS,
  relayOf,
  relays,
  relaying,
  untilJoined,
  untilQuiet,
} from "./relayed-signup.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.close());

describe("POST /whatsapp/signup/relayed-code", () => {
  test("is refused to another browser, another site and a browser without the cookie", async () => {
    const { phoneNumber, visitor, payload, signupUrl } = await relaying(service);
    await service.simulator.twilio.receiveSms({ to: phoneNumber, from: "32665", body: META_SMS });
    const other = service.visitor();
    await other.open(signupUrl);
    for (const answer of [
      await askCode(other, payload),
      await askCode(service.visitor(), payload),
    ]) {
      expect(answer.status).toBe(403);
      expect(answer.body).toMatchObject({ code: "browser_mismatch" });
      expect(answer.text).not.toContain(META_CODE);
    }
    const crossSite = await askCode(visitor, payload).set("Origin", "https://evil.example");
    expect(crossSite.body).toMatchObject({ code: "origin_not_allowed" });
    expect((await askCode(visitor, "unknown")).body).toMatchObject({ code: "session_unknown" });
    expect((await askCode(visitor, { $ne: "" } as never)).status).toBe(400);
  });

  test("changes nothing and is not cached", async () => {
    const { visitor, payload } = await relaying(service);
    await untilQuiet(service);
    const before = await dump(service.database);
    const answer = await askCode(visitor, payload);
    expect(answer.headers["cache-control"]).toBe("no-store");
    expect(await dump(service.database)).toEqual(before);
  });

  test("gives nothing to a browser whose session was moved to another by its owner", async () => {
    const { phoneNumber, visitor, payload, signupUrl, sessionId, userId } = await relaying(service);
    await service.simulator.twilio.receiveSms({ to: phoneNumber, from: "32665", body: META_SMS });
    await service.http
      .post(`/whatsapp/signup-sessions/${sessionId}/release`)
      .set("Authorization", await service.bearer(userId))
      .expect(204);
    expect((await askCode(visitor, payload)).status).toBe(403);
    const other = service.visitor();
    await other.open(signupUrl);
    await other.start(payload).expect(200);
    expect(await codeFor(other, payload)).toEqual({ success: true, relay: "waiting", codes: [] });
    await untilJoined(service, { phoneNumber, sessionId });
    await service.simulator.twilio.receiveSms({ to: phoneNumber, from: "32665", body: META_SMS });
    expect((await codeFor(other, payload)).code).toBe(META_CODE);
  });

  test("gives the code again after another press of start in the same browser", async () => {
    const { phoneNumber, visitor, payload, sessionId } = await relaying(service);
    await service.simulator.twilio.receiveSms({ to: phoneNumber, from: "32665", body: META_SMS });
    await visitor.start(payload).expect(200);
    expect((await codeFor(visitor, payload)).code).toBe(META_CODE);
    expect((await relayOf(service, phoneNumber))?.sessions[sessionId]?.joined).toBe(true);
  });

  test("opens no code that was moved from another session in the database", async () => {
    const [one, two] = [await relaying(service), await relaying(service)];
    const to = one.phoneNumber;
    await service.simulator.twilio.receiveSms({ to, from: "32665", body: META_SMS });
    const codes = (await relayOf(service, to))?.sessions[one.sessionId]?.codes;
    expect(codes).toHaveLength(1);
    await relays(service).updateOne(
      { _id: two.phoneNumber },
      { $set: { [`sessions.${two.sessionId}.codes`]: codes } },
    );
    expect(await codeFor(two.visitor, two.payload)).toEqual({
      success: true,
      relay: "waiting",
      codes: [],
    });
  });
});
