import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import type { Fault } from "../../../dev/simulator/http/faults.ts";
import { newWaba } from "../../support/numbers.ts";
import { problemIn } from "../../support/problems.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { startedSession, storedSession, target } from "./callback.ts";
import {
  APP_SECRET,
  codeFrom,
  phoneNumberIdFrom,
  popupDone,
  throughPopup,
  tracesOf,
} from "./popup.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService({
    env: { WORKER_ENABLED: "false", META_APP_SECRET: APP_SECRET },
  });
});
afterEach(() => service.simulator.reset());
afterAll(() => service.close());

const linesOf = (requestId: string | undefined) =>
  service.log.filter((line) => line.requestId === requestId);

type Given = Pick<Fault, "operation" | "code" | "message"> & Partial<Fault>;

/** A callback with the number's id where Meta answers one call so. */
async function refusedWith(given: Given) {
  const session = await popupDone(service);
  const { visitor, values, code, result } = session;
  service.simulator.meta.addFault({ kind: "error", status: 400, ...given });
  const phoneNumberId = phoneNumberIdFrom(result);
  const response = await visitor.postCallback({ ...values, code, phoneNumberId });
  return { session, response };
}

const OURS: Given[] = [
  { operation: "graph.access_token", code: 1, message: "Error validating client secret." },
  { operation: "graph.access_token", code: 101, message: "Error validating application." },
  { operation: "graph.access_token", code: 101, message: "Invalid Client ID" },
  { operation: "graph.access_token", code: 101, message: "" },
  { operation: "graph.access_token", code: 100, message: "Invalid client_id" },
  { operation: "graph.access_token", code: 200, message: "API access blocked." },
  { operation: "graph.access_token", code: 2500, message: "Unknown path components" },
  { operation: "graph.debug_token", code: 190, message: "Invalid OAuth access token signature." },
  { operation: "graph.debug_token", code: 190, message: "", status: 401 },
  { operation: "graph.debug_token", code: 100, message: "You must provide an app access token" },
  { operation: "graph.debug_token", code: 10, message: "No permission", status: 403 },
  { operation: "graph.debug_token", code: 200, message: "Provide valid app ID", status: 403 },
  {
    operation: "graph.phone_numbers",
    code: 100,
    message: "Invalid appsecret_proof provided in the API argument",
  },
];

const PASSING: Given[] = [
  { operation: "graph.access_token", code: 1, message: "An unknown error occurred" },
  { operation: "graph.access_token", code: 2, message: "Service temporarily unavailable" },
  { operation: "graph.access_token", code: 4, message: "Application request limit reached" },
  { operation: "graph.access_token", code: 80008, message: "Too many calls" },
  { operation: "graph.access_token", code: 101, message: "", status: 500 },
  { operation: "graph.debug_token", code: 190, message: "", status: 503 },
  { operation: "graph.debug_token", code: 190, message: "", isTransient: true },
  { operation: "graph.debug_token", code: 200, message: "", status: 429 },
  { operation: "graph.phone_numbers", code: 1, message: "" },
];

const CUSTOMERS: [Given, string][] = [
  [
    {
      operation: "graph.access_token",
      code: 100,
      message: "This code has expired.",
      subcode: 36007,
    },
    "400 waba_proof_missing",
  ],
  [{ operation: "graph.access_token", code: 190, message: "x" }, "400 waba_proof_missing"],
  [{ operation: "graph.phone_numbers", code: 190, message: "x" }, "403 waba_not_authorised"],
  [{ operation: "graph.phone_numbers", code: 10, message: "x" }, "403 waba_not_authorised"],
  [
    { operation: "graph.phone_numbers", code: 200, message: "x", status: 403 },
    "403 waba_not_authorised",
  ],
];

describe("whose a refusal by Meta is", () => {
  test.each(OURS)("the operator's: %j", async (given) => {
    const { session, response } = await refusedWith(given);
    expect(problemIn(response)).toBe("503 meta_app_rejected");
    expect(response.body).toMatchObject({ actor: "operator", retryable: false });
    expect(await tracesOf(service, session)).toEqual([]);
  });

  test.each(PASSING)("nobody's, since it passes: %j", async (given) => {
    const { session, response } = await refusedWith(given);
    expect(problemIn(response)).toBe("503 meta_unavailable");
    expect(await tracesOf(service, session)).toEqual([]);
  });

  test.each(CUSTOMERS)("the customer's: %j", async (given, expected) => {
    const { session, response } = await refusedWith(given);
    expect(problemIn(response)).toBe(expected);
    expect(await tracesOf(service, session)).toEqual([]);
  });

  test("the operator's too where the WABA is read instead of the scope", async () => {
    const wabaId = newWaba();
    const grant = { wabaIds: [wabaId], namesTargets: false };
    const { visitor, values } = await startedSession(service, { wabaId });
    const code = codeFrom(throughPopup(service, { wabaId, grant }));
    service.simulator.meta.addFault({
      operation: "graph.waba",
      kind: "error",
      status: 400,
      code: 100,
      message: "Invalid appsecret_proof provided in the API argument",
    });
    const response = await visitor.postCallback({ ...values, code });
    expect(problemIn(response)).toBe("503 meta_app_rejected");
  });
});

describe("a wrong META_APP_SECRET", () => {
  afterEach(() => service.restart());

  test("is told the operator with Meta's words, and the customer that it is not theirs", async () => {
    await service.restart({ META_APP_SECRET: "a-wrong-secret" });
    const session = await popupDone(service);
    const { visitor, values, code, sessionId } = session;
    const response = await visitor.postCallback({ ...values, code });
    expect(problemIn(response)).toBe("503 meta_app_rejected");
    const told = {
      operation: "oauth/access_token",
      providerStatus: 400,
      providerCode: "1",
      providerMessage: "Error validating client secret.",
    };
    const lines = linesOf(response.headers["x-request-id"]);
    expect(lines).toContainEqual(
      expect.objectContaining({ level: "error", code: "meta_app_rejected", ...told }),
    );
    expect(lines).toContainEqual(
      expect.objectContaining({ event: "onboarding_callback_rejected", ...told }),
    );
    const { providerStatus: status, ...ofTheCall } = told;
    expect(lines).toContainEqual(
      expect.objectContaining({
        event: "meta_request",
        level: "info",
        method: "GET",
        path: "/v25.0/oauth/access_token",
        status,
        durationMs: expect.any(Number),
        metaRequestId: expect.stringMatching(/^A/),
        ...ofTheCall,
      }),
    );
    expect(await storedSession(service, sessionId)).toMatchObject({
      status: "opened",
      proofFailures: [{ at: expect.any(Date), code: "meta_app_rejected", ...told }],
    });
    expect(service.logText()).not.toContain("a-wrong-secret");
    expect(service.logText()).not.toContain(code);
    const redirected = await visitor.callback({ ...values, code });
    expect(target(redirected.headers.location).parameters).toMatchObject({
      code: "waba_proof_missing",
    });
  });

  test("is no word of Meta's in what the owner reads, and passes with the secret", async () => {
    await service.restart({ META_APP_SECRET: "a-wrong-secret" });
    const session = await popupDone(service);
    const { visitor, values, code, sessionId, userId } = session;
    const refused = await visitor.postCallback({ ...values, code });
    const shown = await service.http
      .get(`/whatsapp/signup-sessions/${sessionId}`)
      .set("Authorization", await service.bearer(userId));
    expect(shown.text).toContain('"opened"');
    for (const text of [refused.text, shown.text]) {
      expect(text).not.toMatch(/client secret|access_token|proofFailures/);
    }
    await service.restart();
    await visitor.postCallback({ ...values, code }).expect(200);
    expect((await storedSession(service, sessionId)).proofFailures).toHaveLength(1);
  });
});

describe("the cause of a failed proof", () => {
  test("is on the session and in the lines, cleaned", async () => {
    const { session, response } = await refusedWith({
      operation: "graph.phone_numbers",
      code: 190,
      subcode: 463,
      message: "Session of +5511987654321 (ana@padaria.com) has expired",
    });
    const told = {
      operation: "{id}/phone_numbers",
      providerStatus: 400,
      providerCode: "190",
      providerMessage: "Session of +5511•••••4321 ([e-mail]) has expired (subcode: 463)",
    };
    const { proofFailures } = await storedSession(service, session.sessionId);
    expect(proofFailures).toEqual([{ at: expect.any(Date), code: "waba_not_authorised", ...told }]);
    const lines = linesOf(response.headers["x-request-id"]);
    expect(lines).toContainEqual(
      expect.objectContaining({ event: "onboarding_callback_rejected", ...told }),
    );
    expect(lines.filter(({ event }) => event === "meta_request")).toMatchObject([
      { path: "/v25.0/oauth/access_token", status: 200 },
      { path: "/v25.0/debug_token", status: 200 },
      { path: "/v25.0/{id}/phone_numbers", status: 400, providerCode: "190" },
    ]);
  });

  test("says how the network failed", async () => {
    const session = await popupDone(service);
    service.simulator.meta.addFault({ operation: "graph.debug_token", kind: "reset" });
    const { visitor, values, code, sessionId } = session;
    const response = await visitor.postCallback({ ...values, code });
    expect(problemIn(response)).toBe("503 meta_unavailable");
    const { proofFailures } = await storedSession(service, sessionId);
    const network = expect.stringMatching(/^(ECONNRESET|UND_ERR_SOCKET)$/);
    expect(proofFailures).toMatchObject([{ operation: "debug_token", network }]);
    expect(linesOf(response.headers["x-request-id"])).toContainEqual(
      expect.objectContaining({ event: "meta_request", status: null, network }),
    );
  });

  test("is kept of the latest ten", async () => {
    const { visitor, values, sessionId } = await popupDone(service);
    for (let tries = 0; tries < 12; tries += 1) {
      await visitor.postCallback({ ...values, code: `AQunknown${tries}` });
    }
    const { proofFailures } = await storedSession(service, sessionId);
    expect(proofFailures).toHaveLength(10);
  });
});
