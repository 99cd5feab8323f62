import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { sha256 } from "../../../src/tokens.ts";
import { dumpText } from "../../support/dump.ts";
import { MovableClock } from "../../support/movable-clock.ts";
import { newNumber, newUser } from "../../support/numbers.ts";
import { problemIn } from "../../support/problems.ts";
import { FRONTEND_URL, PARENT_SID, startTestService } from "../../support/service.ts";
import type { TestService } from "../../support/service.ts";
import { completeSignup } from "../../support/signup.ts";

const NOW = new Date("2090-05-01T10:00:00.000Z");
const LINK_TTL_MS = 4_320 * 60_000;

let service: TestService;
const clock = new MovableClock(NOW);

beforeAll(async () => {
  service = await startTestService({ clock, env: { WORKER_ENABLED: "false" } });
});
afterAll(() => service.close());

interface Created {
  sessionId: string;
  signupUrl: string;
}

async function create(body?: Record<string, unknown>, userId = newUser(), claims = {}) {
  const request = service.http
    .post("/whatsapp/create-signup-session")
    .set("Authorization", await service.bearer(userId, { exp: 4_000_000_000, ...claims }));
  return body === undefined ? request : request.send(body);
}

function stored(id: string) {
  return service.database.connection
    .collection<{ _id: string }>("signup_sessions")
    .findOne({ _id: id });
}

describe("POST /whatsapp/create-signup-session", () => {
  test("answers with the session, its link and the launch data", async () => {
    const response = await create({});
    const { sessionId, signupUrl } = response.body as Created;
    const payload = new URL(signupUrl).searchParams.get("payload") ?? "";
    expect(response.status).toBe(201);
    expect(response.body).toEqual({
      success: true,
      sessionId: expect.stringMatching(/^wss_[0-9a-f]{24}$/),
      signupUrl: `${service.url}/whatsapp/signup?accountSid=${PARENT_SID}&facebookBusinessId=900000000000009&partnerSolutionId=300000000000003&payload=${payload}`,
      expiresAt: new Date(NOW.getTime() + LINK_TTL_MS).toISOString(),
      launch: {
        mode: "meta",
        appId: "100000000000001",
        configId: "200000000000002",
        graphVersion: "v25.0",
        sdkUrl: `${service.simulator.metaUrl}/sdk.js`,
        extras: { setup: { solutionID: "300000000000003" }, version: "v4" },
      },
    });
    expect(sessionId).not.toContain(payload);
  });

  test("keeps everything on the server and the payload nowhere", async () => {
    const phoneNumber = newNumber();
    const userId = newUser();
    const claims = { account_name: "Sol SA", phone_numbers: [phoneNumber, "nonsense", 7] };
    const body = {
      phoneNumber,
      phoneNumberType: "byo",
      displayName: "  Café Sol ",
      returnUrl: `${FRONTEND_URL}/done?x=1#part`,
      failureUrl: `${FRONTEND_URL}/failed`,
      locale: "pt",
    };
    const response = await create(body, userId, claims);
    const { sessionId, signupUrl } = response.body as Created;
    const payload = new URL(signupUrl).searchParams.get("payload") ?? "";
    const expiresAt = new Date(NOW.getTime() + LINK_TTL_MS);
    expect(await stored(sessionId)).toEqual({
      _id: sessionId,
      userId,
      accountName: "Sol SA",
      assignedNumbers: [phoneNumber],
      phoneNumber,
      line: phoneNumber,
      phoneNumberType: "byo",
      displayName: "Café Sol",
      locale: "pt",
      localeChosen: true,
      returnUrl: `${FRONTEND_URL}/done?x=1#part`,
      failureUrl: `${FRONTEND_URL}/failed`,
      payloadHashes: [sha256(payload)],
      status: "created",
      createdAt: NOW,
      linkExpiresAt: expiresAt,
      expiresAt,
      timeline: [{ at: NOW, event: "signup_session_created" }],
      endAwaited: expiresAt,
      keptUntil: new Date(expiresAt.getTime() + 30 * 24 * 60 * 60_000),
    });
    expect(await dumpText(service.database)).not.toContain(payload);
    expect(service.logText()).not.toContain(payload);
    expect(service.log).toContainEqual(
      expect.objectContaining({
        event: "signup_session_created",
        level: "info",
        requestId: response.headers["x-request-id"],
        sessionId,
        userId,
      }),
    );
  });

  test("fills in kind, language and return addresses", async () => {
    const { sessionId } = (await create()).body as Created;
    const session = await stored(sessionId);
    expect(session).toMatchObject({
      phoneNumberType: "sms_capable",
      locale: "es",
      assignedNumbers: [],
      returnUrl: `${FRONTEND_URL}/dashboard/integrations/connect/whatsapp/success`,
      failureUrl: `${FRONTEND_URL}/dashboard/integrations/connect/whatsapp/error`,
    });
    for (const absent of ["phoneNumber", "displayName", "accountName", "integrationId"]) {
      expect(session).not.toHaveProperty(absent);
    }
  });

  test("gives every session a payload of its own with at least 128 bits", async () => {
    const userId = newUser();
    const answers = await Promise.all(Array.from({ length: 20 }, () => create({}, userId)));
    const payloads = answers.map(({ body }) =>
      new URL((body as Created).signupUrl).searchParams.get("payload"),
    );
    expect(new Set(payloads).size).toBe(20);
    for (const payload of payloads) {
      expect(payload).toMatch(/^[\w-]+$/);
      expect(Buffer.from(payload ?? "", "base64url").length).toBeGreaterThanOrEqual(16);
    }
  });

  test.each([
    ["whatsapp:+5511987650001", "+5511987650001"],
    ["+55 (11) 98765-0001", "+5511987650001"],
    ["+5215512345678", "+525512345678"],
  ])("brings the number %s into its canonical form", async (phoneNumber, canonical) => {
    const { sessionId } = (await create({ phoneNumber })).body as Created;
    expect(await stored(sessionId)).toMatchObject({ phoneNumber: canonical });
  });

  test("makes no call outside", async () => {
    service.simulator.twilio.addFault({ operation: "*", kind: "hang", times: 99 });
    const response = await create({ phoneNumber: newNumber() });
    service.simulator.reset();
    expect(response.status).toBe(201);
    expect(service.simulator.twilio.requests()).toEqual([]);
    expect(service.simulator.meta.requests()).toEqual([]);
  });

  test("stops one owner at 300 a minute and no other", async () => {
    const [userId, other] = [newUser(), newUser()];
    const answers: Awaited<ReturnType<typeof create>>[] = [];
    while (answers.length < 301) {
      // As many as a slow machine's database takes at a time.
      const next = Array.from({ length: Math.min(20, 301 - answers.length) }, () =>
        create({}, userId),
      );
      answers.push(...(await Promise.all(next)));
    }
    const refused = answers.filter(({ status }) => status !== 201);
    expect(refused.map((response) => problemIn(response))).toEqual(["429 rate_limited"]);
    expect(refused[0]?.headers["retry-after"]).toBe("60");
    expect((await create({}, other)).status).toBe(201);
    const sessions = service.database.connection.collection("signup_sessions");
    expect(await sessions.countDocuments({ userId })).toBe(300);
  });
});

describe("POST /whatsapp/create-signup-session with integrationId", () => {
  test("takes number, name and kind from the integration", async () => {
    const userId = newUser();
    const phoneNumber = newNumber();
    const { integrationId } = await completeSignup(service, {
      userId,
      phoneNumber,
      claims: { exp: 4_000_000_000 },
      session: { phoneNumberType: "voice_only", displayName: "Café Sol" },
    });
    const response = await create({ integrationId }, userId);
    const { sessionId } = response.body as Created;
    expect(await stored(sessionId)).toMatchObject({
      integrationId,
      phoneNumber,
      phoneNumberType: "voice_only",
      displayName: "Café Sol",
    });
    const same = await create(
      { integrationId: ` ${integrationId}\n`, phoneNumber, displayName: "Luna" },
      userId,
    );
    expect(await stored((same.body as Created).sessionId)).toMatchObject({ displayName: "Luna" });
    const other = await create({ integrationId, phoneNumber: newNumber() }, userId);
    expect(problemIn(other)).toBe("409 phone_number_mismatch");
    const stranger = await create({ integrationId }, newUser());
    expect(problemIn(stranger)).toBe("404 integration_unknown");
  });

  test.each(["0123456789abcdef01234567", "x", "", "../health", "$ne"])(
    "does not know the integration %j",
    async (integrationId) => {
      expect(problemIn(await create({ integrationId }))).toBe("404 integration_unknown");
    },
  );
});
