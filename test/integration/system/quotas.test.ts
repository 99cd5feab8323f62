import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { lineOf } from "../../../src/phone-number.ts";
import type { LineCodes } from "../../../src/registration/line-codes.ts";
import { newNumber, newUser, newWaba } from "../../support/numbers.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { ShiftedClock } from "../../support/shifted-clock.ts";
import { completeSignup, createSession, untilStatus } from "../../support/signup.ts";
import { eventually } from "../../support/wait.ts";
import { answer, OPS_TOKEN } from "../doctor/doctor.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

let service: TestService;
const clock = new ShiftedClock();
beforeAll(async () => {
  service = await startTestService({ clock, env: { OPS_TOKEN, SIGNUP_WEEKLY_LIMIT: "5" } });
});
afterAll(() => service.close());

async function onboard(wabaId = newWaba(), phoneNumber = newNumber(), userId = newUser()) {
  const { integrationId } = await completeSignup(service, { userId, phoneNumber, wabaId });
  await untilStatus(service, integrationId, "linked", userId);
  return { userId, phoneNumber, wabaId, integrationId };
}

async function gauge(name: string): Promise<string | undefined> {
  const { text } = await service.http.get("/metrics").set("Authorization", `Bearer ${OPS_TOKEN}`);
  return text.split("\n").find((line) => line.startsWith(`connect_whatsapp_${name} `));
}

/** The page behind a new link, which its visitor can start. */
async function page(phoneNumber?: string) {
  const userId = newUser();
  const given = phoneNumber === undefined ? {} : { phoneNumber };
  const { signupUrl } = await createSession(service, { userId, ...given });
  const { pathname, search } = new URL(signupUrl);
  const { agent } = service.visitor();
  const shown = await agent.get(`${pathname}${search}`).set({ "Accept-Language": "pt" });
  expect(shown.status).toBe(200);
  expect(shown.text).toContain('id="go"');
  return shown.text;
}

const warnings = () => service.log.filter(({ quota }) => quota !== undefined);

describe("the week's onboardings", () => {
  test("are WABAs that nobody brought before; near the limit log, metrics and doctor say so", async () => {
    const first = await onboard();
    for (let n = 0; n < 2; n += 1) await onboard();
    await onboard(first.wabaId, newNumber(), first.userId);
    expect(await gauge("onboardings_week_limit")).toBe("connect_whatsapp_onboardings_week_limit 5");
    clock.advance(MINUTE_MS);
    expect(await gauge("onboardings_week")).toBe("connect_whatsapp_onboardings_week 3");
    expect((await answer(service))("quotas")).toEqual([
      "ok: 3 of 5 new WABAs in seven days (SIGNUP_WEEKLY_LIMIT)",
    ]);
    expect(warnings()).toEqual([]);
    await onboard();
    clock.advance(MINUTE_MS);
    const [warning] = await eventually(
      () => Promise.resolve(warnings()),
      (lines) => lines.length > 0,
    );
    expect(warning).toMatchObject({
      level: "warn",
      quota: "onboardings_per_week",
      used: 4,
      limit: 5,
    });
    expect((await answer(service))("quotas")).toEqual([
      expect.stringMatching(/^warn: 4 of 5 new WABAs in seven days .*Meta Business Partner/),
    ]);
    expect(await page()).not.toContain('id="scarcity"');
  });

  test("used up, are said on the page before the start, which goes on, until one is free", async () => {
    await onboard();
    clock.advance(MINUTE_MS);
    const text = await page();
    expect(text).toContain('lang="pt"');
    expect(text).toContain("o Facebook só aceita um certo número por semana");
    const [freeAt] = /(?<=<section class="notice"[^]*?datetime=")[^"]+/.exec(text) ?? [];
    const inMs = Date.parse(String(freeAt)) - clock.now().getTime();
    expect(inMs).toBeGreaterThan(6 * DAY_MS);
    expect(inMs).toBeLessThan(7 * DAY_MS);
    expect((await answer(service))("quotas")).toEqual([
      expect.stringContaining(`the next one is free at ${String(freeAt)}`),
    ]);
    await onboard();
    clock.advance(7 * DAY_MS);
    expect(await page()).not.toContain('id="scarcity"');
  });
});

describe("a line's 72 hours", () => {
  async function disconnect(userId: string, integrationId: string): Promise<void> {
    await service.http
      .delete(`/whatsapp/integrations/${integrationId}`)
      .set("Authorization", await service.bearer(userId))
      .expect(202);
    await untilStatus(service, integrationId, "disconnected", userId);
  }

  async function requestsOf(phoneNumber: string): Promise<LineCodes["uses"]> {
    const stored = await service.database.connection
      .collection<LineCodes>("line_codes")
      .findOne({ _id: lineOf(phoneNumber) });
    return stored?.uses ?? [];
  }

  test("count every sender that was created, and none that was refused", async () => {
    const phoneNumber = newNumber();
    service.simulator.twilio.addFault({
      operation: "senders.create",
      kind: "error",
      status: 503,
      times: 2,
    });
    await onboard(newWaba(), phoneNumber);
    expect(await requestsOf(phoneNumber)).toHaveLength(1);
  });

  test("nearly used up, are told with each request; used up, on the page of that number alone", async () => {
    const phoneNumber = newNumber();
    const wabaId = newWaba();
    const before = warnings().length;
    const told = () =>
      warnings()
        .slice(before)
        .filter(({ quota }) => quota === "line_requests");
    const again = async (times: number) => {
      for (let n = 0; n < times; n += 1) {
        // Owners have totals of their own, so that each is a new one; the line has six a day.
        const { userId, integrationId } = await onboard(wabaId, phoneNumber);
        await disconnect(userId, integrationId);
        clock.advance(5 * HOUR_MS);
      }
    };
    await again(7);
    expect(told()).toEqual([]);
    await again(1);
    expect(told()).toEqual([expect.objectContaining({ state: "near", used: 8, limit: 10 })]);
    expect(await gauge("lines_near_limit")).toBe("connect_whatsapp_lines_near_limit 1");
    expect((await answer(service))("quotas")[1]).toMatch(/^warn: 1 number has nearly used up/);
    expect(await page(phoneNumber)).not.toContain('id="scarcity"');
    await again(2);
    expect(told().map(({ used }) => used)).toEqual([8, 9, 10]);
    expect(JSON.stringify(told())).not.toContain(phoneNumber);
    expect(await page(phoneNumber)).toContain("Com este número foram feitas muitas tentativas");
    expect(await page(newNumber())).not.toContain('id="scarcity"');
    clock.advance(8 * DAY_MS);
    // Of the same WABA, so that it is nothing new in this week.
    await again(1);
    expect(await gauge("onboardings_week")).toBe("connect_whatsapp_onboardings_week 0");
    expect(await page(phoneNumber)).not.toContain('id="scarcity"');
    expect(await gauge("lines_near_limit")).toBe("connect_whatsapp_lines_near_limit 0");
  });
});
