import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import supertest from "supertest";
import { createSaasApp } from "../../../dev/demo/saas/app.ts";
import { Backend } from "../../../dev/demo/saas/backend.ts";
import { newNumber } from "../../support/numbers.ts";
import { startTestService, TEST_SECRET, type TestService } from "../../support/service.ts";
import { completeSignup, untilStatus } from "../../support/signup.ts";

const RETURN_PATH = "/dashboard/integrations/connect/whatsapp";
const CHOICE = {
  phoneNumber: "+5511912340001",
  labels: { es: "<b>", pt: "<b> pt", en: "<b> en" },
};

describe("the demo's SaaS", () => {
  let service: TestService;
  let saas: ReturnType<typeof supertest>;
  beforeAll(async () => {
    service = await startTestService();
    const backend = new Backend({
      serviceUrl: service.url,
      secret: TEST_SECRET,
      customer: { userId: "user-1", accountName: "Panadería Sol", phoneNumbers: [] },
    });
    saas = supertest(createSaasApp(backend, [CHOICE]));
  });
  afterAll(() => service.close());

  test("POST /api/connect answers with a link whose page names the customer", async () => {
    const { body, status } = await saas.post("/api/connect").send({ displayName: "Sol" });

    expect(status).toBe(200);
    const { signupUrl } = body as { signupUrl: string };
    expect((await fetch(signupUrl)).status).toBe(200);
    expect(await (await fetch(signupUrl)).text()).toContain("Panadería Sol");
  });

  test("POST /api/connect hands the service's refusal on", async () => {
    const { body, status } = await saas.post("/api/connect").send({ phoneNumber: "12" });

    expect(status).toBe(400);
    expect(body).toMatchObject({ code: "invalid_request", actor: "caller" });
  });

  test.each([
    { languages: "pt-BR,en;q=0.5", lang: "pt", expected: "Integrações" },
    { languages: "en", lang: "en", expected: "Integrations" },
    { languages: "fr", lang: "es", expected: "Integraciones" },
  ])("GET / and the signup speak $lang to $languages", async ({ languages, lang, expected }) => {
    const { text } = await saas.get("/").set("Accept-Language", languages).expect(200);
    const connect = await saas.post("/api/connect").set("Accept-Language", languages).send({});

    expect(text).toContain(`<html lang="${lang}">`);
    expect(text).toContain(`<h1>${expected}</h1>`);
    const { signupUrl } = connect.body as { signupUrl: string };
    const signup = await fetch(signupUrl, { headers: { "Accept-Language": "de" } });
    expect(await signup.text()).toContain(`<html lang="${lang}`);
  });

  test("GET /?lang= is kept for the way back, whatever the browser prefers", async () => {
    const chosen = await saas.get("/?lang=en").set("Accept-Language", "pt").expect(200);
    const cookie = String(chosen.headers["set-cookie"]).split(";", 1);
    const back = await saas.get(`${RETURN_PATH}/success`).set("Cookie", cookie);

    expect(chosen.text).toContain('<html lang="en">');
    expect(back.text).toContain('<html lang="en">');
    expect((await saas.get("/?lang=xx")).headers).not.toHaveProperty("set-cookie");
  });

  test("POST /api/connect refuses what another site's form can send", async () => {
    await saas.post("/api/connect").type("form").send({ displayName: "Sol" }).expect(415);
    await saas.post("/api/connect").type("text/plain").send("{}").expect(415);
  });

  test("GET /api/sessions/:id answers with the session, and its integration once it has one", async () => {
    const { body: created } = await saas.post("/api/connect").send({ displayName: "Sol" });
    const { sessionId } = created as { sessionId: string };
    const first = await saas.get(`/api/sessions/${sessionId}`).expect(200);
    expect(first.body).toMatchObject({ sessionId, status: "created" });
    expect(first.body).not.toHaveProperty("integration");

    const signup = await completeSignup(service, { phoneNumber: newNumber() });
    const second = await saas.get(`/api/sessions/${signup.sessionId}`).expect(200);
    expect(second.body).toMatchObject({
      status: "completed",
      integration: { id: signup.integrationId },
    });
    await saas.get("/api/sessions/nobody").expect(404);
  });

  test("/api/integrations shows, retries and disconnects the customer's number", async () => {
    const { integrationId } = await completeSignup(service, { phoneNumber: newNumber() });
    await untilStatus(service, integrationId, "linked");
    const one = `/api/integrations/${integrationId}`;

    const list = await saas.get("/api/integrations").expect(200);
    expect((list.body as { integrations: unknown[] }).integrations).toContainEqual(
      expect.objectContaining({ id: integrationId, status: "linked" }),
    );
    await saas.get(one).expect(200);
    const refused = await saas.post(`${one}/retry`).send({}).expect(409);
    expect(refused.body).toMatchObject({ code: "not_in_state" });
    await saas.delete(one).set("Content-Type", "application/json").send({}).expect(200);
    await untilStatus(service, integrationId, "disconnected");
  });

  test.each(["/", `${RETURN_PATH}/success?integrationId=x`, `${RETURN_PATH}/error?msg=<script>`])(
    "GET %s is a page without anything of the request or unescaped text in it",
    async (path) => {
      const { text, headers } = await saas.get(path).expect(200);

      expect(text).toContain("<!doctype html>");
      expect(text).not.toMatch(/<script>|<b><\/option>|integrationId=/);
      expect(headers["content-security-policy"]).toContain("default-src 'none'");
    },
  );

  test.each(["/saas.js", "/cards.js", "/saas.css"])("GET %s is one of its files", (path) =>
    saas.get(path).expect(200),
  );
});
