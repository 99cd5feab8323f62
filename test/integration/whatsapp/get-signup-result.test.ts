import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import supertest from "supertest";
import { dump } from "../../support/dump.ts";
import { newNumber, newUser } from "../../support/numbers.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { createSession, WABA } from "../../support/signup.ts";
import { CALLBACK, startedSession } from "./callback.ts";

const RESULT = "/whatsapp/signup/result";
const account = { claims: { account_name: "Padaria Lua" } };

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ env: { WORKER_ENABLED: "false", FRONTEND_URL: "" } });
});
afterAll(() => service.close());

const look = (query: Record<string, string>) =>
  supertest(service.url).get(RESULT).query(query).set("Accept", "text/html");

/** The page that the browser ends on. */
async function follow(visitor: Awaited<ReturnType<typeof startedSession>>["visitor"], url = "") {
  const { pathname, search } = new URL(url);
  return visitor.agent.get(`${pathname}${search}`);
}

describe("GET /whatsapp/signup/result", () => {
  test("names account and number to the browser that finished", async () => {
    const { visitor, values } = await startedSession(service, {
      ...account,
      phoneNumber: "+5511987650123",
    });
    const { headers } = await visitor.callback(values);
    const page = await follow(visitor, headers.location);
    expect(page.status).toBe(200);
    expect(page.headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(page.text).toContain("Padaria Lua");
    expect(page.text).toContain("+55 11 98765 0123");
    expect(page.text).not.toContain(values.payload);
  });

  test("names neither to another browser, nor to one without a cookie", async () => {
    const { visitor, values, sessionId, signupUrl } = await startedSession(service, account);
    await visitor.callback(values).expect(303);
    const other = service.visitor();
    await other.open(signupUrl);
    const pages = [
      await look({ session: sessionId }),
      await other.agent.get(RESULT).query({ session: sessionId }),
    ];
    for (const { status, text } of pages) {
      expect(status).toBe(200);
      expect(text).not.toMatch(/Padaria Lua|user-|\+55/);
    }
  });

  test("names neither where the owner finished and no browser has started", async () => {
    const [userId, phoneNumber] = [newUser(), newNumber()];
    const { signupUrl, sessionId } = await createSession(service, {
      ...account,
      userId,
      phoneNumber,
    });
    await service.http
      .post(CALLBACK)
      .set("Accept", "application/json")
      .set("Authorization", await service.bearer(userId))
      .send({
        payload: new URL(signupUrl).searchParams.get("payload"),
        WhatsAppBusinessAccountId: WABA,
      })
      .expect(200);
    expect((await look({ session: sessionId })).text).not.toMatch(/Padaria Lua|user-|\+55/);
  });

  test("says what failed, in the session's language", async () => {
    const { visitor, payload } = await startedSession(service, { session: { locale: "pt" } });
    const { headers } = await visitor.callback({ payload, error: "access_denied" });
    const page = await follow(visitor, headers.location);
    expect(page.text).toMatch(/<html lang="pt/);
    expect(page.text).toContain("A janela do Facebook foi fechada antes do fim da conexão.");
  });

  test("never says that a number was received which was not", async () => {
    const { sessionId } = await startedSession(service);
    const received = /Recibimos|recebemos|received/i;
    const addresses: Record<string, string>[] = [
      { session: sessionId, status: "pending", phone: "+5511987650123" },
      { session: "wss_unknown", status: "pending" },
      { status: "linked", integrationId: "x" },
      {},
    ];
    for (const query of addresses) {
      const { text } = await look(query);
      expect(text).not.toMatch(received);
      expect(text).not.toContain("98765");
    }
  });

  test("shows no text of a stranger's making", async () => {
    const { text } = await look({
      code: "<script>alert(1)</script>",
      msg: "<img src=x onerror=alert(2)>Pay here",
      phone: '"><b>',
      session: "<script>",
    });
    expect(text).not.toMatch(/alert\(|Pay here|<b>/);
  });

  test("takes nothing that is given twice for a session", async () => {
    const { status } = await supertest(service.url).get(`${RESULT}?session=a&session=b&code[]=c`);
    expect(status).toBe(200);
  });

  test("changes nothing", async () => {
    const { sessionId } = await startedSession(service);
    const before = await dump(service.database);
    await look({ session: sessionId, code: "session_used" });
    expect(await dump(service.database)).toEqual(before);
  });
});
