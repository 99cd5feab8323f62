import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { dumpText } from "../../support/dump.ts";
import { signToken, startTestService, type TestService } from "../../support/service.ts";
import type { IntegrationBody } from "../../support/signup.ts";
import { eventually } from "../../support/wait.ts";
import { codeFrom, phoneNumberIdFrom, throughPopup } from "../whatsapp/popup.ts";

const JWT_SECRET = "canary-jwt-secret-0123456789-0123456789-0123456789";
const NUMBER = "+5511987612345";
const NAME = "Canary Bakery";
const WABA = "810000000000001";
const ONE_TIME_CODE = "739154";

let service: TestService;
/** What must be nowhere: by name, so that a failure says which. */
const secrets = new Map<string, string>();

/** A call like any caller's, with something planted in every place that is not a parameter. */
async function signUp() {
  const token = await signToken({ sub: "user-canary" }, { secret: JWT_SECRET });
  const authorization = `Bearer ${token}`;
  secrets.set("JWT", token).set("JWT's signature", token.split(".")[2] ?? "");
  const created = await service.http
    .post("/whatsapp/create-signup-session")
    .query({ q: "canary-query-1" })
    .set("Authorization", authorization)
    .set("Idempotency-Key", "canary-header")
    .send({ phoneNumber: NUMBER, displayName: NAME, phoneNumberType: "byo" });
  const { signupUrl } = created.body as { signupUrl: string };
  const url = new URL(signupUrl);
  const payload = url.searchParams.get("payload") ?? "";
  secrets.set("payload", payload);
  const visitor = service.visitor();
  const page = await visitor.agent.get(`${url.pathname}${url.search}&q=canary-query-2`);
  const [, cookie = ""] = /=([\w-]{43});/.exec(page.get("Set-Cookie")?.[0] ?? "") ?? [];
  secrets.set("cookie", cookie);
  await visitor.start(payload).expect(200);
  await visitor.report(payload, "STEP", { code: "canary-event", authResponse: "canary-event" });
  return { authorization, visitor, payload };
}

async function finish({ visitor, payload }: Awaited<ReturnType<typeof signUp>>) {
  const result = throughPopup(service, { wabaId: WABA });
  const code = codeFrom(result);
  secrets.set("Meta's code", code);
  const accepted = await visitor
    .postCallback({ payload, WhatsAppBusinessAccountId: WABA, code })
    .query({ FacebookBusinessId: "98765", q: "canary-query-3" });
  expect(accepted.status).toBe(200);
  const debugged = service.simulator.meta
    .requests()
    .find(({ path }) => path.includes("debug_token"));
  const granted = new URL(debugged?.path ?? "", "http://meta").searchParams.get("input_token");
  secrets.set("Meta's token", granted ?? "");
  return (accepted.body as { integrationId: string }).integrationId;
}

async function refusals({ visitor, payload }: Awaited<ReturnType<typeof signUp>>) {
  const forged = await signToken({ sub: "user-canary" }, { secret: `${JWT_SECRET}x` });
  secrets.set("forged JWT", forged);
  await service.http.get("/whatsapp/integrations").set("Authorization", `Bearer ${forged}`);
  await visitor.callback({ payload: "canary-payload", WhatsAppBusinessAccountId: WABA });
  await visitor.callback({ payload, WhatsAppBusinessAccountId: "canary-value" });
  await visitor.callback({
    payload,
    TwilioNumber: "+5511987699999",
    WhatsAppBusinessAccountId: WABA,
  });
  await visitor.agent
    .post("/whatsapp/onboarding-callback")
    .set("Content-Type", "application/json")
    .send('{"payload":"canary-broken');
  await service.http.get("/canary-free/nowhere?token=canary-query-4");
  const foreign = phoneNumberIdFrom(throughPopup(service, { wabaId: WABA, phoneNumber: NUMBER }));
  await visitor.postCallback({ payload, WhatsAppBusinessAccountId: WABA, phoneNumberId: foreign });
}

beforeAll(async () => {
  service = await startTestService({
    env: {
      LOG_LEVEL: "trace",
      AUTH_JWT_SECRET: JWT_SECRET,
      META_APP_SECRET: "app-secret-of-the-tests",
      OPS_TOKEN: "canary-ops-token-0123456789",
    },
  });
  secrets
    .set("JWT secret", JWT_SECRET)
    .set("app secret", "app-secret-of-the-tests")
    .set("parent's token", "parent-token-of-the-tests")
    .set("planted values", "canary-query")
    .set("planted header", "canary-header")
    .set("planted event", "canary-event")
    .set("planted payload", "canary-payload")
    .set("planted value", "canary-value")
    .set("planted body", "canary-broken")
    .set("one-time code", ONE_TIME_CODE)
    .set("operator's token", "canary-ops-token");
  const { twilio } = service.simulator;
  twilio.setScenario(NUMBER, { kind: "code", code: ONE_TIME_CODE });
  twilio.addFault({ operation: "accounts.create", kind: "error", status: 500 });
  twilio.addFault({ operation: "senders.create", kind: "reset", when: "before" });
  const signup = await signUp();
  await refusals(signup);
  const integrationId = await finish(signup);
  const { authorization } = signup;
  const look = async () =>
    (await service.http.get(`/whatsapp/integrations/${integrationId}`).set({ authorization }))
      .body as IntegrationBody;
  await eventually(look, ({ registration }) => registration.waitingFor === "customer");
  await service.http
    .post(`/whatsapp/integrations/${integrationId}/verification`)
    .set({ authorization })
    .send({ code: ONE_TIME_CODE })
    .expect(202);
  await eventually(look, ({ status }) => status === "linked");
  const { accounts } = twilio.state();
  for (const { sid, authToken } of accounts) secrets.set(`token of ${sid}`, authToken);
});
afterAll(() => service.close());

describe("a whole onboarding with failures on the way", () => {
  test("planted what is looked for", () => {
    for (const [name, secret] of secrets) expect([name, secret.length >= 6]).toEqual([name, true]);
    expect([...secrets.keys()].filter((name) => name.startsWith("token of"))).toHaveLength(2);
  });

  test("leaves no secret, number or name in the log", () => {
    const log = service.logText();
    const personal = [
      ["number", NUMBER.slice(1)],
      ["other number", "5511987699999"],
      ["national number", "11987612345"],
      ["name", NAME],
    ] as const;
    for (const [name, secret] of [...secrets, ...personal]) {
      expect([name, log.includes(secret), log.includes(encodeURIComponent(secret))]).toEqual([
        name,
        false,
        false,
      ]);
    }
    expect(log).toContain("+5511•••••2345");
  });

  test("leaves no secret in any document", async () => {
    const documents = await dumpText(service.database);
    for (const [name, secret] of secrets) {
      expect([name, documents.includes(secret)]).toEqual([name, false]);
    }
    expect(documents).toContain(NUMBER);
  });

  test("shows the operator no secret, number or name in metrics and doctor", async () => {
    for (const path of ["/metrics", "/ops/doctor", "/ready"]) {
      const { status, text } = await service.http
        .get(path)
        .set("Authorization", "Bearer canary-ops-token-0123456789");
      expect([path, status]).toEqual([path, 200]);
      const personal = [["number", NUMBER.slice(1)] as const, ["name", NAME] as const];
      for (const [name, secret] of [...secrets, ...personal]) {
        expect([path, name, text.includes(secret)]).toEqual([path, name, false]);
      }
    }
  });

  test("leaves basic credentials nowhere either", async () => {
    const documents = await dumpText(service.database);
    for (const { sid, authToken } of service.simulator.twilio.state().accounts) {
      const basic = Buffer.from(`${sid}:${authToken}`).toString("base64");
      expect(service.logText() + documents).not.toContain(basic);
    }
  });
});
