import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Test } from "supertest";
import type { ProblemBody } from "../../../src/problems/render.ts";
import { unfitFor } from "../../support/customer-words.ts";
import { newNumber, newUser, newWaba } from "../../support/numbers.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { completeSignup, getIntegration } from "../../support/signup.ts";
import { eventually } from "../../support/wait.ts";

const TEAM = "Nuestro equipo tiene que resolver esto. No tienes que hacer nada.";
const RETRYING = "Lo intentamos de nuevo por nuestra cuenta. No tienes que hacer nada.";
const PAGE = "Vuelve a cargar la página. Si sigue igual, avisa a soporte.";
const OPEN_ANEW = "Abre el enlace completo o pide uno nuevo.";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.close());

/** A refusal, of which the customer reads nothing that is not theirs. */
async function refusal(request: Test): Promise<ProblemBody> {
  const body = (await request).body as ProblemBody;
  const { title, detail, customerAction } = body;
  expect(unfitFor([title, detail, customerAction].join("\n"))).toBeUndefined();
  return body;
}

/** A signup that Twilio refuses in this way, as soon as that, and no call that was late, is its error. */
async function signUp(refused: { code: number; status?: number; times?: number }) {
  const [userId, phoneNumber] = [newUser(), newNumber()];
  service.simulator.twilio.setScenario(phoneNumber, { kind: "refused", ...refused });
  const signup = await completeSignup(service, { userId, phoneNumber, wabaId: newWaba() });
  const integration = await eventually(
    () => getIntegration(service, signup.integrationId, userId),
    ({ registration }) => registration.error?.providerCode === String(refused.code),
  );
  const { body } = await signup.visitor.agent
    .get(`/whatsapp/signup/status?session=${signup.sessionId}`)
    .set("Accept", "application/json");
  return {
    error: integration.registration.error,
    status: body as {
      customerAction: string;
      paragraphs: string[];
      title: string;
      retryingUntil: string | null;
    },
  };
}

describe("What the customer reads of a refusal", () => {
  const own = (method: "get" | "post", path: string) =>
    service.visitor().agent[method](`/whatsapp/${path}`).set("Origin", service.url);

  test.each([
    ["signup/start", { payload: "unknown", confirm: true }],
    ["signup/events", { payload: "unknown", event: "CANCEL" }],
    ["signup/relayed-code", { payload: "unknown" }],
    ["signup/verification", { session: "unknown", code: "123456" }],
    ["signup/verification/resend", { session: "unknown", method: "sms" }],
  ])("of POST %s says what to do, or that the page does not fit", async (path, body) => {
    const unknown = await refusal(own("post", path).send(body));
    expect(unknown.actor).toBe("customer");
    expect(unknown.customerAction).toBe(unknown.action);
    const invalid = await refusal(own("post", path).send({}));
    expect([invalid.code, invalid.customerAction]).toEqual(["invalid_request", PAGE]);
  });

  test("of the status, and of the callback asked for JSON", async () => {
    const status = own("get", "signup/status?session=unknown").set("Accept", "application/json");
    expect((await refusal(status)).customerAction).toBe(OPEN_ANEW);
    const callback = service
      .visitor()
      .postCallback({ payload: "x", WhatsAppBusinessAccountId: "1" });
    expect((await refusal(callback)).customerAction).toBe(OPEN_ANEW);
  });

  test("comes with the problems of the API as well, beside what the actor has to do", async () => {
    const bearer = await service.bearer(newUser());
    const unknown = service.http.get("/whatsapp/integrations/x").set("Authorization", bearer);
    expect(await refusal(unknown)).toMatchObject({ actor: "caller", customerAction: PAGE });
    await service.restart({ TWILIO_PARTNER_SOLUTION_ID: "" });
    const create = service.http
      .post("/whatsapp/create-signup-session")
      .set("Authorization", bearer)
      .send({});
    // Its detail is fixed by the contract; the pages have another one.
    expect((await create).body).toMatchObject({
      code: "partner_solution_id_not_configured",
      detail: "Partner Solution ID no configurado",
      action: expect.stringContaining("TWILIO_PARTNER_SOLUTION_ID"),
      customerAction: TEAM,
    });
    await service.restart();
  });
});

describe("What the customer reads of a registration", () => {
  test("that the operator has to mend says that our team is at it", async () => {
    const { error, status } = await signUp({ code: 63102 });

    expect(error).toMatchObject({
      code: "subaccount_has_other_waba",
      actor: "operator",
      action: expect.stringContaining("remitentes"),
      customerAction: TEAM,
    });
    expect(status.customerAction).toBe(TEAM);
    expect(status.paragraphs).toContain(TEAM);
    expect(unfitFor([status.title, ...status.paragraphs].join("\n"))).toBeUndefined();
  });

  test("that the customer can mend says how", async () => {
    const { error, status } = await signUp({ code: 63103 });

    expect(error).toMatchObject({ actor: "customer", customerAction: status.customerAction });
    expect(status.retryingUntil).toBeNull();
    expect(status.customerAction).toContain("crea una cuenta de WhatsApp Business nueva");
  });

  test("that is tried again by itself says so, and gives no advice", async () => {
    const outage = { code: 20503, status: 503, times: 1000 };
    const { error, status } = await signUp(outage);

    expect(error).toMatchObject({ code: "twilio_unavailable", customerAction: RETRYING });
    expect(status.customerAction).toBe(RETRYING);
    expect(Date.parse(status.retryingUntil ?? "")).toBeGreaterThan(Date.now());
    expect(status.paragraphs.join("\n")).not.toContain("Suele tardar");
    expect(unfitFor([status.title, ...status.paragraphs].join("\n"))).toBeUndefined();
  });

  test("that is tried a few times names no day until which it goes on", async () => {
    const { error, status } = await signUp({ code: 63101, times: 1000 });

    expect(error).toMatchObject({ code: "waba_not_shared", customerAction: RETRYING });
    expect(status).toMatchObject({ customerAction: RETRYING, retryingUntil: null });
  });
});
