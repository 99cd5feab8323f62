import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { dump } from "../../support/dump.ts";
import { newUser } from "../../support/numbers.ts";
import { problemIn } from "../../support/problems.ts";
import { startTestService, type TestService } from "../../support/service.ts";

let service: TestService;

beforeAll(async () => {
  service = await startTestService({ env: { WORKER_ENABLED: "false" } });
});
afterAll(() => service.close());

async function create(body: Record<string, unknown> = {}, language?: string) {
  const request = service.http
    .post("/whatsapp/create-signup-session")
    .set("Authorization", await service.bearer(newUser()));
  if (language) void request.set("Accept-Language", language);
  return request.send(body);
}

interface Created {
  sessionId: string;
  signupUrl: string;
  expiresAt: string;
  launch: { mode: string; extras: Record<string, unknown> };
}

function stored(id: string) {
  return service.database.connection
    .collection<{ _id: string }>("signup_sessions")
    .findOne({ _id: id });
}

describe("POST /whatsapp/create-signup-session", () => {
  describe("without TWILIO_PARTNER_SOLUTION_ID", () => {
    beforeAll(() => service.restart({ TWILIO_PARTNER_SOLUTION_ID: "" }));

    test("says so in the words of the contract and makes no session", async () => {
      const before = await dump(service.database);
      const response = await create();
      expect(problemIn(response)).toBe("503 partner_solution_id_not_configured");
      expect(response.body).toMatchObject({
        success: false,
        error: "Partner Solution ID no configurado",
        detail: "Partner Solution ID no configurado",
        actor: "operator",
      });
      expect(await dump(service.database)).toEqual(before);
    });

    test("names the caller's mistakes first", async () => {
      expect(problemIn(await create({ extra: 1 }))).toBe("400 invalid_request");
    });

    test("was warned of at the start", () => {
      expect(service.log).toContainEqual(
        expect.objectContaining({ level: "warn", event: "config_warning" }),
      );
    });
  });

  test("follows META_SIGNUP_VERSION, the kind of number and META_SIGNUP_EXTRAS", async () => {
    await service.restart({
      META_SIGNUP_VERSION: "v2",
      META_SIGNUP_EXTRAS: '{"sessionInfoVersion":null,"setup":{"business":{"name":"Sol"}}}',
      TWILIO_PHONE_NUMBER_TYPE: "voice_only",
    });
    const setup = { business: { name: "Sol" }, solutionID: "300000000000003" };
    const byDefault = (await create()).body as Created;
    expect(byDefault.launch.extras).toEqual({ featureType: "", setup });
    expect(await stored(byDefault.sessionId)).toMatchObject({ phoneNumberType: "voice_only" });
    const sms = (await create({ phoneNumberType: "sms_capable" })).body as Created;
    expect(sms.launch.extras).toEqual({ featureType: "only_waba_sharing", setup });
  });

  test.each(['{"setup":{"solutionID":"1"}}', '{"setup":{"solutionID":null}}', '{"setup":null}'])(
    "keeps setup.solutionID whatever META_SIGNUP_EXTRAS says: %s",
    async (extras) => {
      await service.restart({ META_SIGNUP_EXTRAS: extras });
      const { launch } = (await create()).body as Created;
      expect(launch.extras.setup).toEqual({ solutionID: "300000000000003" });
      expect(service.log.filter(({ code }) => code === "solution_id_fixed")).not.toHaveLength(0);
    },
  );

  test("names what redirect mode lacks as null", async () => {
    await service.restart({ SIGNUP_MODE: "redirect", META_APP_ID: "", META_CONFIG_ID: "" });
    const { launch } = (await create()).body as Created;
    expect(launch).toMatchObject({ mode: "redirect", appId: null, configId: null });
  });

  test("measures the link's life by SIGNUP_LINK_TTL_MINUTES", async () => {
    await service.restart({ SIGNUP_LINK_TTL_MINUTES: "0.5" });
    const before = Date.now();
    const { expiresAt } = (await create()).body as Created;
    const life = new Date(expiresAt).getTime() - before;
    expect(life).toBeGreaterThanOrEqual(30_000);
    expect(life).toBeLessThan(35_000);
  });

  test("builds the link on PUBLIC_URL, whatever host was asked", async () => {
    await service.restart({ PUBLIC_URL: "https://signup.example.com" });
    const response = await service.http
      .post("/whatsapp/create-signup-session")
      .set("Authorization", await service.bearer(newUser()))
      .set("Host", "evil.example")
      .set("X-Forwarded-Host", "evil.example")
      .send({});
    const { signupUrl } = response.body as Created;
    expect(signupUrl).toMatch(/^https:\/\/signup\.example\.com\/whatsapp\/signup\?/);
  });

  test("ends on its own result page where no frontend is named", async () => {
    await service.restart({ FRONTEND_URL: "" });
    const { sessionId } = (await create()).body as Created;
    expect(await stored(sessionId)).toMatchObject({
      returnUrl: `${service.url}/whatsapp/signup/result?session=${sessionId}`,
      failureUrl: `${service.url}/whatsapp/signup/result?session=${sessionId}`,
    });
    const refused = await create({ returnUrl: "http://localhost:4999/" });
    expect(problemIn(refused)).toBe("400 return_url_not_allowed");
  });

  test("uses SIGNUP_SUCCESS_URL, SIGNUP_FAILURE_URL and their origins", async () => {
    await service.restart({
      FRONTEND_URL: "",
      SIGNUP_SUCCESS_URL: "https://ok.example.com/a?b=1",
      SIGNUP_FAILURE_URL: "https://bad.example.com/c",
    });
    const { sessionId } = (await create()).body as Created;
    expect(await stored(sessionId)).toMatchObject({
      returnUrl: "https://ok.example.com/a?b=1",
      failureUrl: "https://bad.example.com/c",
    });
    const swapped = await create({ returnUrl: "https://bad.example.com/x" });
    expect(swapped.status).toBe(201);
  });

  test("answers in DEFAULT_LOCALE unless the caller speaks another", async () => {
    await service.restart({ DEFAULT_LOCALE: "pt" });
    expect(problemIn(await create({ extra: 1 }), "pt")).toBe("400 invalid_request");
    expect(problemIn(await create({ extra: 1 }, "en"), "en")).toBe("400 invalid_request");
    const { sessionId } = (await create({}, "en")).body as Created;
    expect(await stored(sessionId)).toMatchObject({ locale: "pt" });
  });
});
