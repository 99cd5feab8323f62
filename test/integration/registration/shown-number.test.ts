import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { buildModels } from "../../../src/models.ts";
import { lineOf } from "../../../src/phone-number.ts";
import { newNumber, newUser, newWaba } from "../../support/numbers.ts";
import { provenCallback, provenSignup, type ProvenPlan } from "../../support/proven-signup.ts";
import { problemIn } from "../../support/problems.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { getIntegration, untilStatus } from "../../support/signup.ts";
import { eventually } from "../../support/wait.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ env: { META_APP_SECRET: "app-secret-of-the-tests" } });
});
afterAll(() => service.close());

const newPlan = (phoneNumberType: string, over: Partial<ProvenPlan> = {}): ProvenPlan => ({
  userId: newUser(),
  phoneNumber: newNumber(),
  wabaId: newWaba(),
  session: { phoneNumberType },
  ...over,
});

/** The methods of verification that Twilio was asked for, one for each create of a sender. */
const methodsFor = (phoneNumber: string, creations: number) =>
  eventually(
    () =>
      Promise.resolve(
        service.simulator.twilio.requests().flatMap(({ operation, body }) => {
          const sent = body as { sender_id?: string; configuration?: object };
          return operation === "senders.create" && sent.sender_id === `whatsapp:${phoneNumber}`
            ? [sent.configuration]
            : [];
        }),
      ),
    (found) => found.length === creations,
  ).then((found) =>
    found
      .map((configuration) => Object.entries(configuration ?? {}))
      .map((fields) => fields.find(([name]) => name === "verification_method")?.[1] as unknown),
  );

async function act(method: "post" | "delete", path: string, userId: string) {
  await service.http[method](`/whatsapp/integrations/${path}`)
    .set("Authorization", await service.bearer(userId))
    .expect(202);
}

const VERIFIED = { codeVerificationStatus: "VERIFIED" } as const;
const UNVERIFIED = { codeVerificationStatus: "NOT_VERIFIED" } as const;
const EXPIRED = { codeVerificationStatus: "EXPIRED" } as const;
const CONNECTED = { ...EXPIRED, status: "CONNECTED" } as const;

describe("the method of verification", () => {
  test.each([
    ["voice_only", UNVERIFIED, "voice"],
    ["voice_only", EXPIRED, "voice"],
    ["voice_only", VERIFIED, undefined],
    ["voice_only", CONNECTED, undefined],
    ["byo", UNVERIFIED, "sms"],
    ["byo", EXPIRED, "sms"],
    ["byo", VERIFIED, undefined],
    ["byo", CONNECTED, undefined],
    ["sms_capable", UNVERIFIED, undefined],
    ["sms_capable", VERIFIED, undefined],
  ] as const)("of a %s number that Meta lists as %j: %s", async (type, listed, method) => {
    const plan = newPlan(type, { listed });
    await provenSignup(service, plan);
    expect(await methodsFor(plan.phoneNumber, 1)).toEqual([method]);
  });

  test("of a number that the popup left unverified: it has a name and an id all the same", async () => {
    const plan = newPlan("voice_only", { popup: { numberEnds: "unverified" } });
    await provenSignup(service, plan);
    expect(await methodsFor(plan.phoneNumber, 1)).toEqual(["voice"]);
  });

  test("of a number whose id the callback does not name, whatever Meta lists", async () => {
    const plan = newPlan("byo", { listed: VERIFIED, namesNumber: false });
    await provenSignup(service, plan);
    expect(await methodsFor(plan.phoneNumber, 1)).toEqual(["sms"]);
  });
});

describe("what Meta showed", () => {
  /** A registration whose sender Twilio refuses once, so that it is created again later. */
  async function stopped(listed: ProvenPlan["listed"]) {
    const plan = newPlan("byo", { listed: listed ?? VERIFIED });
    service.simulator.twilio.addFault({
      operation: "senders.create",
      kind: "error",
      status: 400,
      code: 63103,
      match: plan.phoneNumber.slice(1),
    });
    const id = await provenSignup(service, plan);
    await untilStatus(service, id, "error", plan.userId);
    return { plan, id };
  }

  test("outlives a retry", async () => {
    const { plan, id } = await stopped(VERIFIED);
    await act("post", `${id}/retry`, plan.userId);
    expect(await methodsFor(plan.phoneNumber, 2)).toEqual([undefined, undefined]);
  });

  test("has a created sender, but not a refused one, counted as a registration at Meta", async () => {
    const { plan, id } = await stopped(VERIFIED);
    const { lineCodes } = buildModels(service.database.connection);
    const used = async () => (await lineCodes.findById(lineOf(plan.phoneNumber)).lean())?.uses;
    expect(await used()).toEqual([]);
    await act("post", `${id}/retry`, plan.userId);
    await untilStatus(service, id, "linked", plan.userId);
    expect(await used()).toEqual([expect.objectContaining({ use: "registered" })]);
  });

  test("outlives a signup with integrationId that names no number", async () => {
    const { plan, id } = await stopped(VERIFIED);
    const again = { ...plan, session: { integrationId: id, phoneNumber: undefined } };
    expect(await provenSignup(service, { ...again, namesNumber: false })).toBe(id);
    expect(await methodsFor(plan.phoneNumber, 2)).toEqual([undefined, undefined]);
  });

  test("is taken back when Meta, asked again, shows it no more", async () => {
    const { plan } = await stopped(VERIFIED);
    await provenSignup(service, { ...plan, listed: EXPIRED });
    expect(await methodsFor(plan.phoneNumber, 2)).toEqual([undefined, "sms"]);
  });

  test("can be shown later than at the first signup", async () => {
    const { plan } = await stopped(UNVERIFIED);
    await provenSignup(service, { ...plan, listed: CONNECTED });
    expect(await methodsFor(plan.phoneNumber, 2)).toEqual(["sms", undefined]);
  });

  test("says nothing about another WABA", async () => {
    const { plan } = await stopped(VERIFIED);
    await provenSignup(service, { ...plan, wabaId: newWaba(), namesNumber: false });
    expect(await methodsFor(plan.phoneNumber, 2)).toEqual([undefined, "sms"]);
  });

  test("ends with a disconnect: the next signup that shows nothing asks for the code", async () => {
    const plan = newPlan("byo", { listed: VERIFIED });
    const id = await provenSignup(service, plan);
    await untilStatus(service, id, "linked", plan.userId);
    await act("delete", id, plan.userId);
    const { meta } = await untilStatus(service, id, "disconnected", plan.userId);
    expect(meta).not.toHaveProperty("phoneNumberId");
    await provenSignup(service, { ...plan, namesNumber: false });
    expect(await methodsFor(plan.phoneNumber, 2)).toEqual([undefined, "sms"]);
  });
});

describe("a linked number", () => {
  test("moves to another WABA of its owner where it is verified, not where it was only added", async () => {
    const plan = newPlan("byo", { listed: VERIFIED });
    const id = await provenSignup(service, plan);
    await untilStatus(service, id, "linked", plan.userId);
    const moved = { ...plan, wabaId: newWaba() };
    for (const listed of [UNVERIFIED, EXPIRED]) {
      const { answer } = await provenCallback(service, { ...moved, listed });
      expect(problemIn(answer)).toBe("409 number_already_linked");
    }
    expect(await provenSignup(service, { ...moved, listed: CONNECTED })).toBe(id);
    const { meta } = await eventually(
      () => getIntegration(service, id, plan.userId),
      ({ status, meta: shown }) => status === "linked" && shown.wabaId === moved.wabaId,
    );
    expect(meta.wabaProof).toBe("meta");
  });
});
