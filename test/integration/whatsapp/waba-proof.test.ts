import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { dumpText } from "../../support/dump.ts";
import { newMobile, newNumber, newWaba } from "../../support/numbers.ts";
import { problemIn } from "../../support/problems.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { integrations, startedSession, storedSession, target } from "./callback.ts";
import {
  APP_SECRET,
  codeFrom,
  operationsOf,
  phoneNumberIdFrom,
  popupDone,
  throughPopup,
  tracesOf,
} from "./popup.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService({
    env: { WORKER_ENABLED: "false", META_APP_SECRET: APP_SECRET },
  });
});
afterEach(() => service.simulator.reset());
afterAll(() => service.close());

const operations = () => operationsOf(service);

describe("with META_APP_SECRET a callback", () => {
  test("is accepted with a code that was granted the WABA, and says that Meta proved it", async () => {
    const { visitor, values, code, userId, sessionId, wabaId } = await popupDone(service);
    const response = await visitor.postCallback({ ...values, code });
    expect(response.status).toBe(200);
    expect(await integrations(service).findOne({ userId })).toMatchObject({
      status: "pending",
      meta: { wabaId, wabaProof: "meta" },
      registration: { target: { numberShown: false } },
    });
    expect(await storedSession(service, sessionId)).toMatchObject({
      status: "completed",
      proof: { by: "meta", numberShown: false },
    });
    expect(operations()).toEqual(["graph.access_token", "graph.debug_token"]);
    expect(service.log).toContainEqual(
      expect.objectContaining({
        event: "waba_verified",
        requestId: response.headers["x-request-id"],
        sessionId,
        userId,
        wabaId,
      }),
    );
  });

  test("leaves code, token and secret in no document and no line", async () => {
    const { visitor, values, code, result } = await popupDone(service);
    const phoneNumberId = phoneNumberIdFrom(result);
    await visitor.postCallback({ ...values, code, phoneNumberId }).expect(200);
    const [exchange, debugged, listed] = service.simulator.meta.requests();
    expect(exchange?.path).toContain(code);
    const token = new URL(debugged?.path ?? "", "http://x").searchParams.get("input_token");
    const proof = new URL(listed?.path ?? "", "http://x").searchParams.get("appsecret_proof");
    const everything = (await dumpText(service.database)) + service.logText();
    for (const secret of [code, token, proof, APP_SECRET]) {
      expect(secret).toBeTruthy();
      expect(everything).not.toContain(secret);
    }
  });

  test.each([
    ["as Meta writes it", undefined],
    ["without a plus", (number: string) => number.slice(1)],
  ])("is accepted with the number's id, shown %s", async (_how, display) => {
    const wabaId = newWaba();
    const session = await startedSession(service, { wabaId });
    const { phoneNumber, visitor, values, userId } = session;
    const shown = display ? { displayPhoneNumber: display(phoneNumber) } : {};
    const result = throughPopup(service, { wabaId, phoneNumber, ...shown });
    const phoneNumberId = phoneNumberIdFrom(result);
    await visitor.postCallback({ ...values, code: codeFrom(result), phoneNumberId }).expect(200);
    expect(await integrations(service).findOne({ userId })).toMatchObject({
      meta: { phoneNumberId, wabaProof: "meta" },
      registration: { target: { numberShown: true } },
    });
  });

  test.each([
    ["with Brazil's ninth digit where it was typed without", "before", "today"],
    ["without Brazil's ninth digit", "today", "before"],
  ] as const)("is accepted with the number's id, shown %s", async (_how, typed, shown) => {
    const [wabaId, mobile] = [newWaba(), newMobile()];
    const phoneNumber = mobile[typed];
    const { visitor, values, userId } = await startedSession(service, { wabaId, phoneNumber });
    const result = throughPopup(service, { wabaId, phoneNumber: mobile[shown] });
    const phoneNumberId = phoneNumberIdFrom(result);
    await visitor.postCallback({ ...values, code: codeFrom(result), phoneNumberId }).expect(200);
    expect(await integrations(service).findOne({ userId })).toMatchObject({
      externalId: phoneNumber,
      registration: { target: { numberShown: true } },
    });
  });

  test("is refused where the number's id is a landline that differs by the digit 9", async () => {
    const [wabaId, phoneNumber] = [newWaba(), "+551137654321"];
    const { visitor, values } = await startedSession(service, { wabaId, phoneNumber });
    const result = throughPopup(service, { wabaId, phoneNumber: "+5511937654321" });
    const phoneNumberId = phoneNumberIdFrom(result);
    const response = await visitor.postCallback({
      ...values,
      code: codeFrom(result),
      phoneNumberId,
    });
    expect(problemIn(response)).toBe("409 phone_number_mismatch");
  });

  test.each([
    [{ codeVerificationStatus: "VERIFIED", status: "PENDING" }, true],
    [{ codeVerificationStatus: "EXPIRED", status: "CONNECTED" }, true],
    [{ codeVerificationStatus: "NOT_VERIFIED", status: "CONNECTED" }, true],
    [{ codeVerificationStatus: "NOT_VERIFIED", status: "PENDING" }, false],
    [{ codeVerificationStatus: "EXPIRED", status: "PENDING" }, false],
    [{ codeVerificationStatus: "EXPIRED", status: "FLAGGED" }, false],
  ] as const)("with a number listed as %j shows it: %s", async (listed, numberShown) => {
    const { visitor, values, code, wabaId, phoneNumber, userId, sessionId, result } =
      await popupDone(service);
    service.simulator.meta.seedWaba({ id: wabaId, numbers: [{ phoneNumber, ...listed }] });
    const phoneNumberId = phoneNumberIdFrom(result);
    await visitor.postCallback({ ...values, code, phoneNumberId }).expect(200);
    expect(await integrations(service).findOne({ userId })).toMatchObject({
      meta: { phoneNumberId, wabaProof: "meta" },
      registration: { target: { numberShown } },
    });
    expect((await storedSession(service, sessionId)).proof).toMatchObject({ numberShown });
  });

  test("is accepted where the number stands on the second page of many", async () => {
    const wabaId = newWaba();
    const numbers = Array.from({ length: 150 }, () => ({ phoneNumber: newNumber() }));
    service.simulator.meta.seedWaba({ id: wabaId, numbers });
    const { visitor, values, phoneNumber } = await startedSession(service, { wabaId });
    const result = throughPopup(service, { wabaId, phoneNumber });
    const phoneNumberId = phoneNumberIdFrom(result);
    await visitor.postCallback({ ...values, code: codeFrom(result), phoneNumberId }).expect(200);
    expect(operations().filter((name) => name === "graph.phone_numbers")).toHaveLength(2);
  });

  test("is accepted where the scope names no accounts and the WABA can be read", async () => {
    const wabaId = newWaba();
    const grant = { wabaIds: [wabaId], namesTargets: false };
    const session = await startedSession(service, { wabaId });
    const code = codeFrom(throughPopup(service, { wabaId, grant }));
    await session.visitor.postCallback({ ...session.values, code }).expect(200);
    expect(operations()).toContain("graph.waba");
  });

  test("is refused without a code", async () => {
    const session = await popupDone(service);
    for (const code of [undefined, ""]) {
      const response = await session.visitor.postCallback({ ...session.values, code });
      expect(problemIn(response)).toBe("400 waba_proof_missing");
    }
    const redirected = await session.visitor.callback({ ...session.values, code: session.code });
    expect(target(redirected.headers.location).parameters).toMatchObject({
      code: "waba_proof_missing",
      sessionId: session.sessionId,
    });
    expect(operations()).toEqual([]);
    expect(await tracesOf(service, session)).toEqual([]);
    await session.visitor.postCallback({ ...session.values, code: session.code }).expect(200);
  });

  test("is refused with a code that Meta does not know, or has redeemed before", async () => {
    const session = await popupDone(service);
    const unknown = await session.visitor.postCallback({ ...session.values, code: "AQunknown" });
    expect(problemIn(unknown)).toBe("400 waba_proof_missing");
    expect(await tracesOf(service, session)).toEqual([]);
    const other = await startedSession(service, { wabaId: session.wabaId });
    await session.visitor.postCallback({ ...session.values, code: session.code }).expect(200);
    const reused = await other.visitor.postCallback({ ...other.values, code: session.code });
    expect(problemIn(reused)).toBe("400 waba_proof_missing");
    expect(await tracesOf(service, other)).toEqual([]);
  });

  test.each([
    ["named others", { namesTargets: true }],
    ["named none", { namesTargets: false }],
  ])("is refused for a WABA that was not granted, where the scope %s", async (_what, scope) => {
    const grant = { ...scope, wabaIds: [newWaba()] };
    const session = await popupDone(service, { grant });
    const { visitor, values, code } = session;
    const response = await visitor.postCallback({ ...values, code });
    expect(problemIn(response)).toBe("403 waba_not_authorised");
    expect(await tracesOf(service, session)).toEqual([]);
  });

  test("is refused with another customer's code", async () => {
    const [victim, thief] = [await popupDone(service), await popupDone(service)];
    const { visitor, values, code } = thief;
    const stolen = { ...values, code, WhatsAppBusinessAccountId: victim.wabaId };
    expect(problemIn(await visitor.postCallback(stolen))).toBe("403 waba_not_authorised");
    expect(await tracesOf(service, thief)).toEqual([]);
  });

  test("is refused with the id of another number, or of none", async () => {
    for (const other of [true, false]) {
      const session = await popupDone(service);
      const { visitor, values, code, wabaId } = session;
      const foreign = throughPopup(service, { wabaId, phoneNumber: newNumber() });
      const phoneNumberId = other ? phoneNumberIdFrom(foreign) : "123456789";
      const response = await visitor.postCallback({ ...values, code, phoneNumberId });
      expect(problemIn(response)).toBe("409 phone_number_mismatch");
      expect(await tracesOf(service, session)).toEqual([]);
    }
  });

  test("with an error asks Meta for nothing", async () => {
    const { visitor, payload } = await popupDone(service);
    const response = await visitor.postCallback({ payload, error: "access_denied" });
    expect(problemIn(response)).toBe("400 signup_cancelled");
    expect(operations()).toEqual([]);
  });
});
