import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { newNumber, newUser } from "../../support/numbers.ts";
import { problemIn } from "../../support/problems.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { createSession, type SignupPlan } from "../../support/signup.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ env: { WORKER_ENABLED: "false" } });
});
afterAll(() => service.close());

/** A link that a browser has opened. */
async function opened(plan: SignupPlan = {}) {
  const userId = newUser();
  const session = await createSession(service, { userId, phoneNumber: newNumber(), ...plan });
  const visitor = service.visitor();
  return { ...session, userId, visitor, payload: await visitor.open(session.signupUrl) };
}

const sessionOf = (id: string) =>
  service.database.connection.collection<{ _id: string }>("signup_sessions").findOne({ _id: id });

describe("POST /whatsapp/signup/start with a number that the customer types", () => {
  const bare = { session: { phoneNumber: undefined, displayName: undefined } };

  test("takes number and name where the session has none", async () => {
    const { visitor, payload, sessionId } = await opened(bare);
    await visitor
      .start(payload, { phoneNumber: "whatsapp:+52 1 55 1234 5678", displayName: " Café Sol " })
      .expect(200);
    expect(await sessionOf(sessionId)).toMatchObject({
      phoneNumber: "+525512345678",
      phoneNumberTyped: true,
      displayName: "Café Sol",
    });
  });

  test("takes any language, and goes on in the present one where it has not got it", async () => {
    const { visitor, payload, sessionId } = await opened({ session: { locale: "pt-BR" } });
    const begin = (locale: string) =>
      visitor.agent
        .post("/whatsapp/signup/start")
        .set("Origin", service.url)
        .send({ payload, confirm: true, locale });
    await begin("de-AT").expect(200);
    expect(await sessionOf(sessionId)).toMatchObject({ locale: "pt" });
    await begin("es-419").expect(200);
    expect(await sessionOf(sessionId)).toMatchObject({ locale: "es" });
  });

  test("lets it be corrected by the same browser while an attempt is under way", async () => {
    const { visitor, payload, sessionId, signupUrl } = await opened(bare);
    const phoneNumber = newNumber();
    await visitor.start(payload, { phoneNumber: newNumber() }).expect(200);
    await visitor.start(payload, { phoneNumber }).expect(200);
    expect(await sessionOf(sessionId)).toMatchObject({ status: "opened", phoneNumber });
    const other = service.visitor();
    await other.open(signupUrl);
    const refused = await other.start(payload, { phoneNumber: newNumber() });
    expect(problemIn(refused)).toBe("409 session_in_use");
  });

  test.each(["cancelled", "failed"])("lets it be corrected after a %s attempt", async (ending) => {
    const { visitor, payload, sessionId } = await opened(bare);
    const wrong = { phoneNumber: newNumber(), displayName: "Wrong" };
    const right = { phoneNumber: newNumber(), displayName: "Right" };
    await visitor.start(payload, wrong).expect(200);
    await visitor.report(payload, ending === "cancelled" ? "CANCEL" : "ERROR").expect(204);
    expect(await sessionOf(sessionId)).toMatchObject({ status: ending, ...wrong });
    await visitor.start(payload, right).expect(200);
    expect(await sessionOf(sessionId)).toMatchObject({ status: "opened", ...right });
  });

  test("lets another browser type its own after a release", async () => {
    const { visitor, payload, sessionId, userId, signupUrl } = await opened(bare);
    await visitor.start(payload, { phoneNumber: newNumber() }).expect(200);
    await service.http
      .post(`/whatsapp/signup-sessions/${sessionId}/release`)
      .set("Authorization", await service.bearer(userId))
      .expect(204);
    const other = service.visitor();
    await other.open(signupUrl);
    const phoneNumber = newNumber();
    await other.start(payload, { phoneNumber }).expect(200);
    expect(await sessionOf(sessionId)).toMatchObject({ phoneNumber });
  });
});

describe("POST /whatsapp/signup/start in redirect mode", () => {
  beforeAll(() => service.restart({ SIGNUP_MODE: "redirect" }));

  test("sends the browser on with all that the other side has to know", async () => {
    const { visitor, payload } = await opened();
    const response = await visitor.start(payload);
    const { redirectUrl } = response.body as { redirectUrl: string };
    expect(response.body).toEqual({ success: true, redirectUrl: expect.any(String) });
    const { origin, pathname, searchParams } = new URL(redirectUrl);
    expect(origin + pathname).toBe("https://www.twilio.com/console/whatsapp/embedded-signup");
    expect(Object.fromEntries(searchParams)).toEqual({
      accountSid: service.env.TWILIO_ACCOUNT_SID,
      facebookBusinessId: "900000000000009",
      partnerSolutionId: "300000000000003",
      returnUrl: `${service.url}/whatsapp/onboarding-callback`,
      failureUrl: `${service.url}/whatsapp/onboarding-callback`,
      payload,
    });
  });

  test("answers 503 while the Partner Solution ID is missing", async () => {
    const { visitor, payload } = await opened();
    await service.restart({ SIGNUP_MODE: "redirect", TWILIO_PARTNER_SOLUTION_ID: "" });
    const response = await visitor.start(payload);
    expect(problemIn(response)).toBe("503 partner_solution_id_not_configured");
  });
});
