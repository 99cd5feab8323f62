import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { newNumber, newUser, newWaba } from "../../support/numbers.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { completeSignup, createSession, untilStatus } from "../../support/signup.ts";
import { eventually } from "../../support/wait.ts";
import { openTcpProxy } from "../database/tcp-proxy.ts";

const TOKEN = "a-token-of-the-operator-0123456789";

let service: TestService;
beforeAll(async () => {
  // What is counted does not hang on what is logged.
  service = await startTestService({ env: { OPS_TOKEN: TOKEN, LOG_LEVEL: "silent" } });
});
afterEach(() => service.simulator.reset());
afterAll(() => service.close());

/** The value of every series, by its line without the value. */
async function scrape(): Promise<Map<string, number>> {
  const response = await service.http.get("/metrics").set("Authorization", `Bearer ${TOKEN}`);
  expect(response.status).toBe(200);
  expect(response.headers["content-type"]).toMatch(/^text\/plain; version=/);
  const lines = response.text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => {
      const space = line.lastIndexOf(" ");
      return [line.slice(0, space).replace("connect_whatsapp_", ""), Number(line.slice(space))];
    }),
  );
}

const until = (series: string, least = 1) =>
  eventually(scrape, (metrics) => (metrics.get(series) ?? 0) >= least);

describe("GET /metrics", () => {
  test("counts and measures a whole onboarding", async () => {
    const plan = { userId: newUser(), phoneNumber: newNumber(), wabaId: newWaba() };
    const { integrationId } = await completeSignup(service, plan);
    await untilStatus(service, integrationId, "linked", plan.userId);
    const metrics = await until("callback_to_linked_seconds_count");
    const route = 'method="POST",route="/whatsapp/create-signup-session",status="201"';
    const twilio = (operation: string) =>
      `provider_call_seconds_count{provider="twilio",operation="${operation}",result="2xx"}`;
    for (const series of [
      `http_request_seconds_count{${route}}`,
      'signup_sessions_ended_total{outcome="completed",last_screen="none"}',
      'registration_results_total{step="online",outcome="linked",code="none"}',
      'events_total{event="integration_linked"}',
      twilio("create account"),
      twilio("create sender"),
    ]) {
      expect([series, metrics.get(series)]).toEqual([series, 1]);
    }
    expect(metrics.get(twilio("list senders"))).toBeGreaterThan(0);
    expect(
      metrics.get('worker_claims_total{queue="registration",outcome="advanced"}'),
    ).toBeGreaterThan(0);
    expect(
      metrics.get('database_command_seconds_count{command="find",result="ok"}'),
    ).toBeGreaterThan(0);
    expect(metrics.get("database_up")).toBe(1);
    const text = [...metrics.keys()].join("\n");
    for (const value of [...Object.values(plan), integrationId]) expect(text).not.toContain(value);
  });

  test("says by its code what needs a person, for whom, and since when", async () => {
    service.simulator.twilio.addFault({
      operation: "senders.create",
      kind: "error",
      status: 400,
      code: 63103,
    });
    const plan = { userId: newUser(), phoneNumber: newNumber(), wabaId: newWaba() };
    const { integrationId } = await completeSignup(service, plan);
    await untilStatus(service, integrationId, "error", plan.userId);
    await until(
      'registration_results_total{step="sender",outcome="failed",code="credit_line_conflict"}',
    );
    const waiting = '{status="error",waiting_for="customer"}';
    const metrics = await scrape();
    expect(metrics.get(`registrations_waiting${waiting}`)).toBe(1);
    expect(metrics.get(`oldest_waiting_seconds${waiting}`)).toBeGreaterThan(0);
    expect(metrics.get('registrations_waiting{status="error",waiting_for="operator"}')).toBe(0);
  });

  test("says on which screen signups end, and takes no word of a browser's own", async () => {
    for (const current_step of ["PHONE_NUMBER_SETUP", "A_SCREEN_OF_MINE"]) {
      const { signupUrl } = await createSession(service, { phoneNumber: newNumber() });
      const visitor = service.visitor();
      const payload = await visitor.open(signupUrl);
      await visitor.start(payload).expect(200);
      await visitor.report(payload, "CANCEL", { current_step }).expect(204);
    }
    const metrics = await scrape();
    for (const screen of ["PHONE_NUMBER_SETUP", "other"]) {
      const series = `signup_sessions_ended_total{outcome="cancelled",last_screen="${screen}"}`;
      expect([series, metrics.get(series)]).toEqual([series, 1]);
    }
  });

  test("has no more series however many paths and methods are tried", async () => {
    const count = async () => {
      const names = [...(await scrape()).keys()];
      return names.filter((name) => name.startsWith("http_request_seconds")).length;
    };
    await service.http.get("/no-such-path-0");
    await service.http.patch("/health");
    const before = await count();
    for (let index = 1; index < 20; index += 1) {
      await service.http.get(`/no-such-path-${index}`);
      await service.http.get(`/ops/probe/${index}`);
    }
    await service.http.put("/health");
    await service.http.lock("/health");
    // The one that was new: the probe's template, with its buckets, sum and count.
    expect(await count()).toBe(before + 13);
  });

  test("counts the worker's pauses while Twilio answers nobody", async () => {
    service.simulator.twilio.addFault({ operation: "*", kind: "error", status: 503, times: 1_000 });
    const plans = Array.from({ length: 4 }, () => ({
      userId: newUser(),
      phoneNumber: newNumber(),
      wabaId: newWaba(),
    }));
    for (const plan of plans) await completeSignup(service, plan);
    const metrics = await until("worker_pauses_total");
    expect(metrics.get("worker_paused_seconds_total")).toBeGreaterThan(0);
    const outages = 'worker_claims_total{queue="registration",outcome="outage"}';
    expect(metrics.get(outages)).toBeGreaterThan(2);
  });

  test("says how late the work is that nobody takes", async () => {
    await service.restart({ WORKER_ENABLED: "false" });
    const plan = { userId: newUser(), phoneNumber: newNumber(), wabaId: newWaba() };
    await completeSignup(service, plan);
    await until('worker_lag_seconds{queue="registration"}', 0.05);
    expect((await scrape()).get('worker_lag_seconds{queue="check"}')).toBe(0);
  });

  test("answers without a database, and without its gauges", async () => {
    const uri = new URL(service.database.uri);
    const proxy = await openTcpProxy(service.database.uri);
    uri.port = String(proxy.port);
    uri.searchParams.set("directConnection", "true");
    uri.searchParams.set("serverSelectionTimeoutMS", "300");
    await service.restart({ MONGODB_URI: uri.href, WORKER_ENABLED: "false" });
    const gauges = async () => {
      const metrics = await scrape();
      const waiting = [...metrics.keys()].filter((name) =>
        /^(registrations_waiting|worker_lag)/.test(name),
      );
      return { up: metrics.get("database_up"), waiting: waiting.length };
    };
    expect(await gauges()).toEqual({ up: 1, waiting: 10 });
    proxy.hang();
    expect(await gauges()).toEqual({ up: 0, waiting: 0 });
    await proxy.close();
    expect(await gauges()).toEqual({ up: 0, waiting: 0 });
    await service.restart();
  });
});
