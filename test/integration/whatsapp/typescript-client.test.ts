import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  ConnectWhatsApp,
  ConnectWhatsAppError,
  type ClientSettings,
} from "../../../clients/typescript/connect-whatsapp.ts";
import { newNumber, newUser, newWaba } from "../../support/numbers.ts";
import { signToken, startTestService, type TestService } from "../../support/service.ts";
import { eventually } from "../../support/wait.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.close());

const clientOf = (userId: string, settings: Partial<ClientSettings> = {}) =>
  new ConnectWhatsApp({
    baseUrl: service.url,
    token: () => signToken({ sub: userId }),
    ...settings,
  });

const sessionsOf = (userId: string) =>
  service.database.connection.collection("signup_sessions").countDocuments({ userId });

const problemOf = async (call: Promise<unknown>) => {
  const error = await call.catch((caught: unknown) => caught);
  if (!(error instanceof ConnectWhatsAppError)) throw error;
  return error;
};

describe("the TypeScript client", () => {
  test("goes through a whole onboarding and out again", async () => {
    const client = clientOf(newUser(), { language: "en" });
    const phoneNumber = newNumber();
    const reference = "customer-42";
    const created = await client.createSignupSession({
      phoneNumber,
      reference,
      displayName: "Café Sol",
    });
    const payload = new URL(created.signupUrl).searchParams.get("payload") ?? "";
    const accepted = await client.onboardingCallback({
      payload,
      WhatsAppBusinessAccountId: newWaba(),
    });
    const session = await client.getSignupSession(created.sessionId);
    expect(session).toMatchObject({ status: "completed", reference });
    expect((await client.listSignupSessions({ reference })).sessions).toHaveLength(1);
    const id = accepted.integrationId;
    const linked = await eventually(
      () => client.getIntegration(id),
      ({ status }) => status === "linked",
    );
    expect(linked).toMatchObject({ externalId: phoneNumber, reference });
    expect((await client.listIntegrations({ status: "linked" })).integrations).toEqual([
      expect.objectContaining({ id }),
    ]);
    await client.disconnectIntegration(id);
    await eventually(
      () => client.getIntegration(id),
      ({ status }) => status === "disconnected",
    );
  });

  test("throws the problem, in the language that is asked for", async () => {
    const client = clientOf(newUser());
    const error = await problemOf(client.getIntegration("unknown", { language: "pt" }));
    expect([error.code, error.problem.status]).toEqual(["integration_unknown", 404]);
    expect(error.message).toContain(error.problem.detail);
    const inEnglish = await problemOf(client.getIntegration("unknown", { language: "en" }));
    expect(inEnglish.problem.detail).not.toBe(error.problem.detail);
  });

  test("sends again what was lost, and the service does it once", async () => {
    const userId = newUser();
    let sent = 0;
    const losingTheFirst: typeof fetch = async (...args) => {
      sent += 1;
      const response = await fetch(...args);
      if (sent === 1) throw new TypeError("the answer was lost");
      return response;
    };
    const client = clientOf(userId, { fetch: losingTheFirst });
    const { sessionId } = await client.createSignupSession();
    expect(sent).toBe(2);
    expect(await sessionsOf(userId)).toBe(1);
    expect((await client.getSignupSession(sessionId)).status).toBe("created");
  });

  test("does not send a one-time code again", async () => {
    let sent = 0;
    const losing: typeof fetch = () => {
      sent += 1;
      return Promise.reject(new TypeError("the answer was lost"));
    };
    const client = clientOf(newUser(), { fetch: losing });
    await expect(client.submitVerificationCode("1", { code: "123456" })).rejects.toThrow("lost");
    expect(sent).toBe(1);
  });

  test("gives two calls with one key one effect", async () => {
    const userId = newUser();
    const client = clientOf(userId);
    const options = { idempotencyKey: "order-7" };
    const one = await client.createSignupSession({}, options);
    const two = await client.createSignupSession({}, options);
    expect(two.sessionId).toBe(one.sessionId);
    const other = await problemOf(client.createSignupSession({ reference: "other" }, options));
    expect(other.code).toBe("idempotency_key_reused");
    expect(await sessionsOf(userId)).toBe(1);
  });

  test("tells a proxy's answer as a problem", async () => {
    const proxy = createServer((_request, response) => {
      response.writeHead(502, { "Content-Type": "text/html" }).end("<h1>Bad gateway</h1>");
    }).listen(0, "127.0.0.1");
    await once(proxy, "listening");
    const { port } = proxy.address() as AddressInfo;
    const client = clientOf(newUser(), { baseUrl: `http://127.0.0.1:${port}`, retries: 0 });
    const error = await problemOf(client.listIntegrations());
    expect(error.problem).toMatchObject({ status: 502, actor: "operator", retryable: true });
    proxy.close();
    proxy.closeAllConnections();
  });
});
