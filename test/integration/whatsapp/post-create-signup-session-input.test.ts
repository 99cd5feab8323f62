import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { dump } from "../../support/dump.ts";
import { newUser } from "../../support/numbers.ts";
import { issuesIn, problemIn } from "../../support/problems.ts";
import { FRONTEND_URL, startTestService, type TestService } from "../../support/service.ts";

let service: TestService;
let before: Record<string, unknown[]>;

beforeAll(async () => {
  service = await startTestService({ env: { WORKER_ENABLED: "false" } });
});
beforeEach(async () => {
  before = await dump(service.database);
});
afterAll(() => service.close());

async function create(body: unknown, contentType = "application/json") {
  return service.http
    .post("/whatsapp/create-signup-session")
    .set("Authorization", await service.bearer(newUser()))
    .set("Content-Type", contentType)
    .send(typeof body === "string" ? body : JSON.stringify(body));
}

describe("POST /whatsapp/create-signup-session refuses and writes nothing:", () => {
  afterEach(async () => {
    expect(await dump(service.database)).toEqual(before);
  });

  test.each([
    [{ extra: 1 }, " unrecognized_keys"],
    [{ userId: "somebody" }, " unrecognized_keys"],
    [{ status: "completed", payloadHashes: ["x"] }, " unrecognized_keys"],
    [{ phoneNumber: 5_511_987_654_321 }, "phoneNumber invalid_type"],
    [{ phoneNumber: ["+5511987654321"] }, "phoneNumber invalid_type"],
    [{ phoneNumber: { $ne: "" } }, "phoneNumber invalid_type"],
    [{ phoneNumber: null }, "phoneNumber invalid_type"],
    [{ phoneNumber: "" }, "phoneNumber custom"],
    [{ phoneNumber: "11987654321" }, "phoneNumber custom"],
    [{ phoneNumber: "+55" }, "phoneNumber custom"],
    [{ phoneNumberType: "mobile" }, "phoneNumberType invalid_value"],
    [{ phoneNumberType: ["byo"] }, "phoneNumberType invalid_value"],
    [{ displayName: "" }, "displayName too_small"],
    [{ displayName: "   " }, "displayName too_small"],
    [{ displayName: "a".repeat(256) }, "displayName too_big"],
    [{ displayName: "🌞".repeat(256) }, "displayName too_big"],
    [{ displayName: "\u200B" }, "displayName custom"],
    [{ displayName: " \u2060\u00AD\u3164\u2800\uFE0F " }, "displayName custom"],
    [{ displayName: "\u0301" }, "displayName custom"],
    [{ displayName: "\u202A\u202C" }, "displayName custom"],
    [{ displayName: "Sol\u0000" }, "displayName custom"],
    [{ displayName: "Panadería\nSol" }, "displayName custom"],
    [{ displayName: "Panadería\tSol" }, "displayName custom"],
    [{ displayName: "Sol\u0085Luna" }, "displayName custom"],
    [{ displayName: "Sol\u2028Luna" }, "displayName custom"],
    [{ displayName: "\u202ELos" }, "displayName custom"],
    [{ displayName: "\u2066Sol\u2069" }, "displayName custom"],
    [{ displayName: "Sol\uD83C" }, "displayName custom"],
    [{ displayName: ["Sol"] }, "displayName invalid_type"],
    [{ displayName: { length: 3 } }, "displayName invalid_type"],
    [{ returnUrl: [`${FRONTEND_URL}/`] }, "returnUrl invalid_type"],
    [{ returnUrl: `${FRONTEND_URL}/${"a".repeat(2_048)}` }, "returnUrl too_big"],
    [{ failureUrl: {} }, "failureUrl invalid_type"],
    [{ failureUrl: `${FRONTEND_URL}/${"a".repeat(2_048)}` }, "failureUrl too_big"],
    [{ locale: "" }, "locale custom"],
    [{ locale: "es-" }, "locale custom"],
    [{ locale: "español" }, "locale custom"],
    [{ locale: "*" }, "locale custom"],
    [{ locale: ["es"] }, "locale invalid_type"],
    [{ locale: null }, "locale invalid_type"],
    [{ locale: `es-x-${"a-".repeat(60)}a` }, "locale too_big"],
    [{ integrationId: 7 }, "integrationId invalid_type"],
    [{ integrationId: "a".repeat(65) }, "integrationId too_big"],
    [{ locale: 1, displayName: 2 }, "displayName invalid_type, locale invalid_type"],
    [[], "invalid_type"],
    [[{}], "invalid_type"],
  ])("%j", async (body, issues) => {
    expect(issuesIn(await create(body))).toBe(`400 invalid_request: ${issues.trim()}`);
  });

  test.each([
    ["half a body", '{"phoneNumber":', "application/json"],
    ["a text", '"text"', "application/json"],
    ["a number", "7", "application/json"],
    ["an unknown charset", "{}", "application/json; charset=latin1"],
  ])("%s", async (_what, body, contentType) => {
    expect(issuesIn(await create(body, contentType))).toBe("400 invalid_request: unreadable_body");
  });

  test.each([
    ["phoneNumber=%2B5511987654321", "application/x-www-form-urlencoded"],
    ["{}", "text/plain"],
    ["<x/>", "application/xml"],
  ])("%s as %s", async (body, contentType) => {
    expect(issuesIn(await create(body, contentType))).toBe("400 invalid_request: not_json");
  });

  test("a body that says it is compressed and is not", async () => {
    const response = await service.http
      .post("/whatsapp/create-signup-session")
      .set("Authorization", await service.bearer(newUser()))
      .set("Content-Type", "application/json")
      .set("Content-Encoding", "br2")
      .send("{}");
    expect(issuesIn(response)).toBe("400 invalid_request: unreadable_body");
  });

  test("a body that is too large", async () => {
    const response = await create({ displayName: "a".repeat(40_000) });
    expect(problemIn(response)).toBe("413 payload_too_large");
  });

  test("keys that would change what the object is", async () => {
    const response = await create('{"__proto__":{"phoneNumberType":"byo"},"constructor":1}');
    expect(problemIn(response)).toBe("400 invalid_request");
  });

  test.each(["returnUrl", "failureUrl"])("a %s of a foreign origin", async (name) => {
    const evil = [
      "https://evil.example/",
      `${FRONTEND_URL}.evil.example/`,
      `${FRONTEND_URL}@evil.example/`,
      `http://user:pass@localhost:4999/`,
      `http:\\\\localhost:4999\\`,
      `${FRONTEND_URL}\\@evil.example`,
      "//localhost:4999/",
      "/relative",
      "",
      "javascript:alert(1)",
      "javascript://localhost:4999/%0aalert(1)",
      "data:text/html,x",
      "https://localhost:4999/",
      "http://localhost:5000/",
      "http://localhost/",
      "http://lосalhost:4999/",
      "ht\ttp://localhost:4999/",
      `${FRONTEND_URL}/\n`,
      "http:/localhost:4999/",
    ];
    for (const url of evil) {
      const response = await create({ [name]: url });
      expect([url, issuesIn(response)]).toEqual([
        url,
        `400 return_url_not_allowed: ${name} not_allowed`,
      ]);
    }
  });

  test("in the caller's language", async () => {
    const response = await service.http
      .post("/whatsapp/create-signup-session")
      .set("Authorization", await service.bearer())
      .set("Accept-Language", "en-GB")
      .send({ extra: 1 });
    expect(problemIn(response, "en")).toBe("400 invalid_request");
  });
});

describe("POST /whatsapp/create-signup-session accepts", () => {
  test.each([
    ["no body", undefined],
    ["an empty object", {}],
    ["an origin of ALLOWED_RETURN_ORIGINS", { returnUrl: "https://other.example.com/done" }],
    ["the longest name", { displayName: "á".repeat(255) }],
    ["as many signs of two halves", { displayName: "🌞".repeat(255) }],
    ["a name of signs that mean something elsewhere", { displayName: "<b>$ne.\uD83C\uDF1E" }],
    ["a name of joined signs", { displayName: "می\u200Cخواهم 👩\u200D🍳" }],
  ])("%s", async (_what, body) => {
    await service.restart({ ALLOWED_RETURN_ORIGINS: "https://other.example.com" });
    const request = service.http
      .post("/whatsapp/create-signup-session")
      .set("Authorization", await service.bearer(newUser()));
    const response = body === undefined ? await request : await request.send(body);
    expect(response.status).toBe(201);
  });
});

describe("POST /whatsapp/create-signup-session takes as it was meant", () => {
  /** Creates a session and reads what was kept of it. */
  async function kept(body: Record<string, unknown>, claims: Record<string, unknown> = {}) {
    const userId = newUser();
    const response = await service.http
      .post("/whatsapp/create-signup-session")
      .set("Authorization", await service.bearer(userId, claims))
      .send(body);
    expect(response.status).toBe(201);
    return service.database.connection.collection("signup_sessions").findOne({ userId });
  }

  test.each([
    "\u202A+55 11 98765-4321\u202C",
    "\u200B+55\u201011\u201398765\u22124321",
    "+55 (0)11 98765\u00A04321",
  ])("the pasted number %j", async (phoneNumber) => {
    expect(await kept({ phoneNumber })).toMatchObject({ phoneNumber: "+5511987654321" });
  });

  test("a name in two ways of writing it", async () => {
    expect(await kept({ displayName: "\u00A0Cafe\u0301 \n" })).toMatchObject({
      displayName: "Café",
    });
    const accents = "a\u0301".repeat(255);
    expect(await kept({ displayName: accents })).toMatchObject({ displayName: "á".repeat(255) });
  });

  test.each([
    ["pt-BR", "pt"],
    ["es-419", "es"],
    ["en_GB", "en"],
  ])("the language %s", async (locale, kept1) => {
    expect(await kept({ locale })).toMatchObject({ locale: kept1, localeChosen: true });
  });

  test.each(["de", "fr-CA", "zh-Hant-TW"])("the language %s, which falls back", async (locale) => {
    await service.restart({ DEFAULT_LOCALE: "pt" });
    const session = await kept({ locale });
    expect(session).toMatchObject({ locale: "pt" });
    expect(session).not.toHaveProperty("localeChosen");
  });

  test("an account's name in a token", async () => {
    const session = await kept({}, { account_name: " \u202EPanader\nía\u2028 Sol\uD800 " });
    expect(session).toMatchObject({ accountName: "Panadería Sol" });
    expect(await kept({}, { account_name: "\u200B" })).not.toHaveProperty("accountName");
  });

  test("numbers in a token", async () => {
    const session = await kept(
      { phoneNumber: "+5511987654321" },
      { phone_numbers: ["\u206655 11 98765-4321", "\u2066+55 11 98765\u20114321\u2069"] },
    );
    expect(session).toMatchObject({ assignedNumbers: ["+5511987654321"] });
  });
});
