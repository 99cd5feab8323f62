import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { newMobile, newNumber, newUser, newWaba } from "../../support/numbers.ts";
import { problemIn } from "../../support/problems.ts";
import { provenCallback } from "../../support/proven-signup.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { createSession } from "../../support/signup.ts";
import { integrations, startedSession, storedSession, target } from "./callback.ts";
import { change, integrationOf } from "./integration.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ env: { WORKER_ENABLED: "false" } });
});
afterAll(() => service.close());

const eight = () => newNumber().slice(-8);

/** Two spellings of a line that nobody else has. */
const PAIRS: Record<string, () => [string, string]> = {
  "Brazil, today and before": () => Object.values(newMobile()) as [string, string],
  "Brazil, before and today": () => Object.values(newMobile()).toReversed() as [string, string],
  "Argentina, without and with the mobile 9": () => {
    const digits = eight();
    return [`+5411${digits}`, `+54911${digits}`];
  },
  "Argentina, with and without the mobile 9": () => {
    const digits = eight();
    return [`+54911${digits}`, `+5411${digits}`];
  },
  "Mexico, without and with the mobile 1": () => {
    const digits = eight();
    return [`+5255${digits}`, `+52155${digits}`];
  },
};
const pairs = Object.keys(PAIRS);
const pair = (name: string): [string, string] => PAIRS[name]?.() ?? ["", ""];

const phoneIn = (redirectUrl: unknown) => new URL(String(redirectUrl)).searchParams.get("phone");

describe("two spellings of one line:", () => {
  test.each(pairs)("a callback may name the other one (%s)", async (name) => {
    const [typed, other] = pair(name);
    const session = await startedSession(service, { phoneNumber: typed });
    const { visitor, values, userId, sessionId } = session;
    const first = await visitor.postCallback({ ...values, TwilioNumber: other }).expect(200);
    const { redirectUrl } = first.body as { redirectUrl: string };
    expect(phoneIn(redirectUrl)).toBe(typed);
    expect(await integrations(service).findOne({ userId })).toMatchObject({ externalId: typed });
    for (const TwilioNumber of [typed, other, `whatsapp:${other}`, undefined]) {
      const repeat = await visitor.postCallback({
        ...values,
        ...(TwilioNumber ? { TwilioNumber } : {}),
      });
      expect(repeat.body).toEqual(first.body);
    }
    const redirected = await visitor.callback({ ...values, TwilioNumber: other });
    expect(redirected.headers.location).toBe(redirectUrl);
    expect((await storedSession(service, sessionId)).callback?.phoneNumber).toBe(typed);
    const foreign = await visitor.postCallback({ ...values, TwilioNumber: newNumber() });
    expect(problemIn(foreign)).toBe("409 session_used");
  });

  test.each(pairs)(
    "a session without a number keeps what its callback named (%s)",
    async (name) => {
      const [named, other] = pair(name);
      const userId = newUser();
      const session = await createSession(service, { userId, session: { phoneNumber: undefined } });
      const payload = new URL(session.signupUrl).searchParams.get("payload") ?? "";
      const callback = async (TwilioNumber: string) =>
        service.http
          .post("/whatsapp/onboarding-callback")
          .set("Authorization", await service.bearer(userId))
          .set("Accept", "application/json")
          .send({ payload, WhatsAppBusinessAccountId: "111222333444555", TwilioNumber });
      const first = await callback(named);
      expect(first.status).toBe(200);
      expect((await callback(other)).body).toEqual(first.body);
      expect((await integrationOf(service, userId)).externalId).toBe(named);
    },
  );

  test.each(pairs)("a later signup goes to the integration that is there (%s)", async (name) => {
    const [first, second] = pair(name);
    const [userId, wabaId] = [newUser(), newWaba()];
    const one = await startedSession(service, { userId, wabaId, phoneNumber: first });
    const { body } = await one.visitor.postCallback(one.values).expect(200);
    const two = await startedSession(service, { userId, wabaId, phoneNumber: second });
    const again = await two.visitor.postCallback(two.values).expect(200);
    const { integrationId } = body as { integrationId: string };
    expect(again.body).toMatchObject({ integrationId });
    expect(phoneIn((again.body as { redirectUrl: string }).redirectUrl)).toBe(first);
    const { externalId, registration } = await integrationOf(service, userId);
    expect({ externalId, generation: registration.generation }).toEqual({
      externalId: first,
      generation: 2,
    });
  });

  test.each(pairs)("the page may be told the other one (%s)", async (name) => {
    const [given, typed] = pair(name);
    const session = await createSession(service, { phoneNumber: given });
    const visitor = service.visitor();
    const payload = await visitor.open(session.signupUrl);
    await visitor.start(payload, { phoneNumber: typed }).expect(200);
    const other = await visitor.start(payload, { phoneNumber: newNumber() });
    expect(problemIn(other)).toBe("409 phone_number_mismatch");
  });

  test.each(pairs)("a number is connected again under the other one (%s)", async (name) => {
    const [first, second] = pair(name);
    const session = await startedSession(service, { phoneNumber: first });
    const { body } = await session.visitor.postCallback(session.values).expect(200);
    const { integrationId } = body as { integrationId: string };
    const again = async (phoneNumber: string) =>
      service.http
        .post("/whatsapp/create-signup-session")
        .set("Authorization", await service.bearer(session.userId))
        .send({ integrationId, phoneNumber });
    expect((await again(second)).status).toBe(201);
    expect(problemIn(await again(newNumber()))).toBe("409 phone_number_mismatch");
  });

  test.each(pairs)("a token may name the other one as assigned (%s)", async (name) => {
    const [typed, named] = pair(name);
    const claims = { phone_numbers: [newNumber(), named] };
    const { visitor, values, userId } = await startedSession(service, {
      phoneNumber: typed,
      claims,
    });
    await visitor.postCallback(values).expect(200);
    expect((await integrationOf(service, userId)).registration.numberAssigned).toBe(true);
  });

  test.each(pairs)("what is linked under one is not moved under the other (%s)", async (name) => {
    const [first, second] = pair(name);
    const userId = newUser();
    const one = await startedSession(service, { userId, phoneNumber: first });
    await one.visitor.postCallback(one.values).expect(200);
    await change(service, userId, { status: "linked", "meta.senderId": "XE1" });
    const two = await startedSession(service, { userId, phoneNumber: second, wabaId: newWaba() });
    const refused = await two.visitor.postCallback(two.values);
    expect(problemIn(refused)).toBe("409 number_already_linked");
  });

  test.each(pairs)("20 callbacks at once make one integration (%s)", async (name) => {
    const spellings = pair(name);
    const [userId, wabaId] = [newUser(), newWaba()];
    const all = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        startedSession(service, { userId, wabaId, phoneNumber: spellings[index % 2] ?? "" }),
      ),
    );
    const answers = await Promise.all(
      all.map(({ visitor, values }) => visitor.postCallback(values)),
    );
    expect(answers.map(({ status }) => status)).toEqual(all.map(() => 200));
    const bodies = answers.map(({ body }) => body as Record<string, string>);
    expect(new Set(bodies.map(({ integrationId }) => integrationId)).size).toBe(1);
    const { externalId } = await integrationOf(service, userId);
    expect(new Set(bodies.map(({ redirectUrl }) => phoneIn(redirectUrl)))).toEqual(
      new Set([externalId]),
    );
    const repeats = await Promise.all(
      all.map(({ visitor, values }) => visitor.postCallback(values)),
    );
    expect(repeats.map(({ body }) => body as Record<string, string>)).toEqual(bodies);
  });

  test("an integration from before spellings were settled is found under its own", async () => {
    const { today, before } = newMobile();
    const [userId, wabaId] = [newUser(), newWaba()];
    const one = await startedSession(service, { userId, wabaId, phoneNumber: before });
    await one.visitor.postCallback(one.values).expect(200);
    await service.database.connection.collection("line_spellings").deleteMany({ userId });
    const two = await startedSession(service, { userId, wabaId, phoneNumber: today });
    await two.visitor.postCallback(two.values).expect(200);
    expect(await integrationOf(service, userId)).toMatchObject({
      externalId: before,
      registration: { generation: 2 },
    });
  });
});

describe("a process that dies before it has made the integration", () => {
  test("leaves the spelling settled, so that the next callback's does not count", async () => {
    const { today, before } = newMobile();
    const userId = newUser();
    const one = await startedSession(service, { userId, phoneNumber: before });
    await one.visitor.postCallback(one.values).expect(200);
    await integrations(service).deleteMany({ userId });
    const two = await startedSession(service, { userId, phoneNumber: today });
    await two.visitor.postCallback(two.values).expect(200);
    expect((await integrationOf(service, userId)).externalId).toBe(before);
  });
});

describe("a landline and the mobile number that has a 9 more", () => {
  test("are two lines: a mismatch in one signup, two integrations of one owner", async () => {
    const digits = eight().replace(/^./, "3");
    const [landline, mobile] = [`+5511${digits}`, `+55119${digits}`];
    const userId = newUser();
    const one = await startedSession(service, { userId, phoneNumber: landline });
    const mixed = await one.visitor.postCallback({ ...one.values, TwilioNumber: mobile });
    expect(problemIn(mixed)).toBe("409 phone_number_mismatch");
    await one.visitor.postCallback(one.values).expect(200);
    const two = await startedSession(service, { userId, phoneNumber: mobile });
    await two.visitor.postCallback(two.values).expect(200);
    const found = await integrations(service).find({ userId }).toArray();
    expect(found.map(({ externalId }) => externalId as string).toSorted()).toEqual(
      [landline, mobile].toSorted(),
    );
  });
});

describe("one line of two owners", () => {
  test("has an integration for each, under the spelling of each", async () => {
    const { today, before } = newMobile();
    const one = await startedSession(service, { phoneNumber: today });
    const two = await startedSession(service, { phoneNumber: before });
    for (const { visitor, values } of [one, two]) await visitor.postCallback(values).expect(200);
    expect((await integrationOf(service, one.userId)).externalId).toBe(today);
    expect((await integrationOf(service, two.userId)).externalId).toBe(before);
  });
});

describe("the spelling that is kept, where Meta was asked,", () => {
  beforeAll(() => service.restart({ META_APP_SECRET: "app-secret-of-the-tests" }));

  const signup = (phoneNumber: string, display: string, userId = newUser(), wabaId = newWaba()) =>
    provenCallback(service, {
      userId,
      phoneNumber,
      wabaId,
      popup: { displayPhoneNumber: display },
    }).then((result) => ({ ...result, userId, wabaId }));

  test.each([
    ["with the 9 where it was typed without", "+5411", "+54 9 11 "],
    ["without the 9 where it was typed with", "+54911", "+54 11 "],
  ])("is Meta's in Argentina: %s", async (_how, typedPrefix, shownPrefix) => {
    const digits = eight();
    const shown = `${shownPrefix}${digits}`.replaceAll(" ", "");
    const typed = `${typedPrefix}${digits}`;
    const first = await signup(typed, `${shownPrefix}${digits}`);
    expect(first.answer.status).toBe(200);
    const { userId, wabaId } = first;
    expect((await integrationOf(service, userId)).externalId).toBe(shown);
    const { redirectUrl } = first.answer.body as { redirectUrl: string };
    expect(phoneIn(redirectUrl)).toBe(shown);
    const repeat = await first.visitor.callback(
      Object.fromEntries(Object.entries(first.values).filter(([key]) => key !== "phoneNumberId")),
    );
    expect(target(repeat.headers.location).parameters.code).toBe("session_used");
    const same = await first.visitor.postCallback(first.values);
    expect(same.body).toEqual(first.answer.body);
    const again = await signup(typed, `${typedPrefix}${digits}`, userId, wabaId);
    expect(again.answer.status).toBe(200);
    expect((await integrationOf(service, userId)).externalId).toBe(shown);
  });

  test("is the typed one elsewhere", async () => {
    const { today, before } = newMobile();
    const { userId } = await signup(before, today);
    expect((await integrationOf(service, userId)).externalId).toBe(before);
  });
});
