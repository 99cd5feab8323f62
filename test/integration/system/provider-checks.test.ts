import { setImmediate as turn } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import supertest from "supertest";
import { parseConfig } from "../../../src/config/config.ts";
import { createLogger } from "../../../src/logger.ts";
import { startService, type Service } from "../../../src/service.ts";
import type { Fault } from "../../../dev/simulator/http/faults.ts";
import { freePort, PARENT_SID, startOutside, type LogLine } from "../../support/service.ts";
import { eventually } from "../../support/wait.ts";
import { APP_SECRET } from "../whatsapp/popup.ts";

const TOKEN = "parent-token-of-the-tests";

let outside: Awaited<ReturnType<typeof startOutside>>;
let service: Service | undefined;
let written: string[] = [];
beforeAll(async () => {
  outside = await startOutside();
});
afterEach(async () => {
  await service?.stop("test");
  service = undefined;
  outside.simulator.reset();
});
afterAll(() => outside.close());

const log = () => written.map((line) => JSON.parse(line) as LogLine);
const warnings = () => log().filter(({ event }) => event === "config_warning");

/** As `server.ts` starts it, with a configuration that lacks nothing but what the test changes. */
async function start(env: Record<string, string> = {}) {
  const lines: string[] = [];
  written = lines;
  const port = await freePort();
  const logger = createLogger("debug", { write: (line) => lines.push(line) });
  const base = {
    ...outside.env(port),
    META_APP_SECRET: APP_SECRET,
    SENDER_WEBHOOK_URL: "https://app.example.com/whatsapp",
    WORKER_ENABLED: "false",
  };
  service = await startService(parseConfig({ ...base, ...env }), logger);
  return supertest(`http://localhost:${port}`);
}

/** Both providers have answered, and what they said has been looked at. */
async function untilChecked(calls = 2): Promise<void> {
  await eventually(
    () => Promise.resolve(log()),
    (lines) =>
      lines.filter(({ event }) => event === "twilio_request" || event === "meta_request").length >=
      calls,
  );
  await turn();
}

describe("at start, beside the service", () => {
  test("Twilio and Meta are asked once, and have nothing to say to a good configuration", async () => {
    const http = await start();
    await http.get("/ready").expect(200);
    await untilChecked();
    expect(warnings()).toEqual([]);
    const { simulator } = outside;
    expect(
      simulator.twilio
        .requests()
        .map(({ operation, account, status }) => ({ operation, account, status })),
    ).toEqual([{ operation: "accounts.fetch", account: PARENT_SID, status: 200 }]);
    expect(
      simulator.meta.requests().map(({ operation, path, status }) => ({
        operation,
        asks: path.includes("grant_type=client_credentials"),
        status,
      })),
    ).toEqual([{ operation: "graph.access_token", asks: true, status: 200 }]);
    for (const secret of [TOKEN, APP_SECRET]) expect(written.join("")).not.toContain(secret);
  });

  test.each<[string, Record<string, string>, Record<string, unknown>, RegExp]>([
    [
      "a wrong token",
      { TWILIO_AUTH_TOKEN: "a-wrong-token" },
      {
        code: "twilio_credentials_rejected",
        variables: ["TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"],
        operation: "fetch account",
        providerStatus: 401,
        providerCode: "20003",
        providerMessage: "Authenticate",
      },
      /TWILIO_AUTH_TOKEN.+TWILIO_ACCOUNT_SID/,
    ],
    [
      "an unknown account",
      { TWILIO_ACCOUNT_SID: `AC${"9".repeat(32)}` },
      { code: "twilio_credentials_rejected", providerCode: "20003" },
      /TWILIO_ACCOUNT_SID/,
    ],
    [
      "a wrong app secret",
      { META_APP_SECRET: "a-wrong-secret" },
      {
        code: "meta_app_rejected",
        variables: ["META_APP_SECRET"],
        operation: "oauth/access_token",
        providerStatus: 400,
        providerCode: "1",
        providerMessage: "Error validating client secret.",
      },
      /META_APP_SECRET/,
    ],
    [
      "a wrong app id",
      { META_APP_ID: "999999999999999" },
      {
        code: "meta_app_rejected",
        variables: ["META_APP_ID", "META_APP_SECRET"],
        providerCode: "101",
      },
      /META_APP_ID/,
    ],
  ])(
    "%s is a warning at level error that names the variable",
    async (_what, env, line, message) => {
      const http = await start(env);
      await untilChecked();
      expect(warnings()).toEqual([
        expect.objectContaining({
          level: "error",
          message: expect.stringMatching(message),
          ...line,
        }),
      ]);
      await http.get("/ready").expect(200);
      for (const secret of Object.values(env).filter((value) => value.startsWith("a-wrong"))) {
        expect(written.join("")).not.toContain(secret);
      }
    },
  );

  test("a trial account is one, since it cannot register senders", async () => {
    outside.simulator.twilio.setAccount(PARENT_SID, { type: "Trial" });
    await start();
    await untilChecked();
    expect(warnings()).toEqual([
      expect.objectContaining({
        level: "error",
        code: "twilio_account_trial",
        variables: ["TWILIO_ACCOUNT_SID"],
        message: expect.stringMatching(/TWILIO_ACCOUNT_SID.+trial/),
      }),
    ]);
  });

  test("a suspended account is one, and a subaccount in the parent's place", async () => {
    outside.simulator.twilio.setAccount(PARENT_SID, { status: "suspended" });
    await start();
    await untilChecked();
    expect(warnings()).toMatchObject([
      { level: "error", code: "twilio_account_inactive", providerCode: "20403" },
    ]);
    outside.simulator.twilio.setAccount(PARENT_SID, { status: "active" });
    await service?.stop("test");
    const { sid, authToken } = outside.simulator.twilio.seedAccount();
    await start({ TWILIO_ACCOUNT_SID: sid, TWILIO_AUTH_TOKEN: authToken });
    await untilChecked();
    expect(warnings()).toMatchObject([{ level: "error", code: "twilio_account_is_subaccount" }]);
  });

  test("without META_APP_SECRET Meta is not asked", async () => {
    await start({ META_APP_SECRET: "" });
    await untilChecked(1);
    expect(outside.simulator.meta.requests()).toEqual([]);
    expect(warnings()).toMatchObject([{ level: "warn", code: "waba_unproven" }]);
  });

  test.each<Pick<Fault, "kind"> & Partial<Fault>>([
    { kind: "error", status: 503 },
    { kind: "error", status: 500, code: 1 },
    { kind: "rate_limit" },
    { kind: "reset" },
    { kind: "malformed", when: "before" },
  ])("an outage is no fault of the configuration: %j", async (fault) => {
    outside.simulator.twilio.addFault({ operation: "accounts.fetch", ...fault });
    outside.simulator.meta.addFault({ operation: "graph.access_token", ...fault });
    await start();
    await untilChecked();
    expect(
      warnings()
        .map(({ level, code }) => [level, code].join(" "))
        .toSorted(),
    ).toEqual(["warn meta_unchecked", "warn twilio_unchecked"]);
    for (const { message } of warnings()) expect(message).toContain("could not be checked");
  });

  test("nobody waits for it: not the start, not the stop", async () => {
    outside.simulator.twilio.addFault({ operation: "accounts.fetch", kind: "hang" });
    outside.simulator.meta.addFault({ operation: "graph.access_token", kind: "hang" });
    const http = await start({ TWILIO_TIMEOUT_MS: "600000", REGISTRATION_LEASE_MS: "700000" });
    await http.get("/ready").expect(200);
    await eventually(
      () => Promise.resolve(outside.simulator),
      ({ twilio, meta }) => twilio.requests().length > 0 && meta.requests().length > 0,
    );
    await service?.stop("test");
    expect(warnings()).toEqual([]);
    expect(log().at(-1)).toMatchObject({ event: "service_stopped" });
    expect(log().filter(({ network }) => network === "aborted")).toHaveLength(2);
  });
});
