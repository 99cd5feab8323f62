import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import supertest, { type Response } from "supertest";
import { parseConfig } from "../../../src/config.ts";
import { createLogger } from "../../../src/logger.ts";
import { startService, type Service } from "../../../src/service.ts";
import { newNumber, newUser, newWaba } from "../../support/numbers.ts";
import { problemIn } from "../../support/problems.ts";
import { freePort, startTestService, type TestService } from "../../support/service.ts";
import { ShiftedClock } from "../../support/shifted-clock.ts";
import {
  completeSignup,
  getIntegration,
  untilStatus,
  type SignupPlan,
} from "../../support/signup.ts";
import { eventually } from "../../support/wait.ts";

const CODE = "482913";
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

let service: TestService;
const clock = new ShiftedClock();
beforeAll(async () => {
  service = await startTestService({ clock });
});
afterAll(() => service.close());

/** Codes that reached Twilio for this sender's or any sender's account. */
const requests = (operation: string) =>
  service.simulator.twilio.requests().filter((request) => request.operation === operation);
const bodiesOf = (operation: string) =>
  requests(operation).map(({ body }) => body as { configuration?: Record<string, string> });
const codesSince = (before: number) =>
  bodiesOf("senders.update")
    .slice(before)
    .filter(({ configuration }) => configuration?.verification_code !== undefined).length;

async function post(userId: string, path: string, body: object, url = service.url) {
  return supertest(url)
    .post(`/whatsapp/integrations/${path}`)
    .set("Authorization", await service.bearer(userId))
    .send(body);
}

/** A signup whose code is due, of a number that nobody but its owner is said to have. */
async function untilCodeIsDue(plan: SignupPlan & { phoneNumber: string }) {
  const userId = plan.userId ?? newUser();
  const signup = await completeSignup(service, {
    wabaId: newWaba(),
    session: { phoneNumberType: "byo" },
    ...plan,
    userId,
  });
  const id = signup.integrationId;
  const { meta } = await eventually(
    () => getIntegration(service, id, userId),
    ({ registration }) => registration.waitingFor === "customer",
  );
  return { ...signup, userId, id, senderId: meta.senderId ?? "" };
}

async function disconnect({ userId, id }: { userId: string; id: string }) {
  await service.http
    .delete(`/whatsapp/integrations/${id}`)
    .set("Authorization", await service.bearer(userId))
    .expect(202);
  await untilStatus(service, id, "disconnected", userId);
}

function refusingScenario(phoneNumber: string) {
  service.simulator.twilio.setScenario(phoneNumber, {
    kind: "code",
    code: CODE,
    wrongCode: "refused",
    wrongTriesAllowed: 500,
    codesAllowed: 500,
  });
}

const kindsOf = (answers: Response[]) =>
  answers.map((answer) => (answer.status === 202 ? "202" : problemIn(answer)));

describe("codes handed over all at once", () => {
  let second: Service;
  let secondUrl = "";
  beforeAll(async () => {
    const port = await freePort();
    secondUrl = `http://localhost:${port}`;
    const config = parseConfig({ ...service.env, PORT: String(port) });
    second = await startService(config, createLogger("silent"), { clock });
  });
  afterAll(() => second.stop("test"));

  /** 80 guesses: from the browser through one process, with the owner's token through the other. */
  async function guess80(phoneNumber: string) {
    const { userId, id, visitor, sessionId } = await untilCodeIsDue({ phoneNumber });
    const before = bodiesOf("senders.update").length;
    const startedMs = performance.now();
    const answers = await Promise.all(
      Array.from({ length: 80 }, async (_, at) => {
        const code = String(100_000 + at);
        if (at % 2) return post(userId, `${id}/verification`, { code }, secondUrl);
        return visitor.agent
          .post("/whatsapp/signup/verification")
          .set("Origin", service.url)
          .send({ session: sessionId, code });
      }),
    );
    const tookMs = performance.now() - startedMs;
    return { userId, id, answers, tookMs, sent: codesSince(before) };
  }

  test("reach Twilio seven times where each is refused at once, whatever way they come", async () => {
    const phoneNumber = newNumber();
    refusingScenario(phoneNumber);
    const { userId, id, answers, sent } = await guess80(phoneNumber);
    const kinds = kindsOf(answers);
    expect(kinds.filter((kind) => !/^202$|busy|too_many_codes/.test(kind))).toEqual([]);
    expect(kinds.filter((kind) => kind === "202")).toHaveLength(sent);
    expect(sent).toBeLessThanOrEqual(7);
    for (let left = 7 - sent; left > 0; left -= 1)
      expect((await post(userId, `${id}/verification`, { code: "000000" })).status).toBe(202);
    expect(problemIn(await post(userId, `${id}/verification`, { code: CODE }))).toBe(
      "409 too_many_codes",
    );
  });

  test("reach Twilio one by one, each when the outcome of the last is known", async () => {
    const phoneNumber = newNumber();
    service.simulator.twilio.setScenario(phoneNumber, { kind: "code", code: CODE });
    const { userId, id, answers, tookMs, sent } = await guess80(phoneNumber);
    const kinds = kindsOf(answers);
    expect(new Set(kinds)).toEqual(new Set(["202", "409 busy"]));
    expect(kinds.filter((kind) => kind === "202")).toHaveLength(sent);
    expect(sent).toBeLessThanOrEqual(1 + Math.floor(tookMs / 3_000));
    await eventually(
      () => getIntegration(service, id, userId),
      ({ registration }) => registration.error?.code === "verification_code_wrong",
    );
  });
});

describe("a line's total of codes", () => {
  test("is ten in 24 hours, whoever hands them over", async () => {
    const phoneNumber = newNumber();
    refusingScenario(phoneNumber);
    const before = bodiesOf("senders.update").length;
    const first = await untilCodeIsDue({ phoneNumber });
    for (let tries = 0; tries < 7; tries += 1)
      expect(
        (await post(first.userId, `${first.id}/verification`, { code: "0".repeat(6) })).status,
      ).toBe(202);
    await disconnect(first);
    const other = await untilCodeIsDue({ phoneNumber });
    const path = `${other.id}/verification`;
    for (let tries = 0; tries < 3; tries += 1)
      expect((await post(other.userId, path, { code: "000000" })).status).toBe(202);
    const refused = await post(other.userId, path, { code: CODE });
    expect(problemIn(refused)).toBe("409 too_many_codes");
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(86_000);
    expect(codesSince(before)).toBe(10);
    clock.advance(DAY_MS);
    expect((await post(other.userId, path, { code: CODE })).status).toBe(202);
    await untilStatus(service, other.id, "linked", other.userId);
  });

  test("is the same for a new signup of the number by the same owner", async () => {
    const phoneNumber = newNumber();
    refusingScenario(phoneNumber);
    const { userId, id } = await untilCodeIsDue({ phoneNumber });
    for (let tries = 0; tries < 7; tries += 1)
      expect((await post(userId, `${id}/verification`, { code: "000000" })).status).toBe(202);
    await untilCodeIsDue({ phoneNumber, userId });
    expect(problemIn(await post(userId, `${id}/verification`, { code: CODE }))).toBe(
      "409 too_many_codes",
    );
  });
});

describe("a new code", () => {
  const ask = ({ userId, id }: { userId: string; id: string }) => {
    clock.advance(MINUTE_MS);
    return post(userId, `${id}/verification/resend`, { method: "voice" });
  };

  test("is asked for three times by an owner, six times for a line, and by its assignee all the same", async () => {
    const phoneNumber = newNumber();
    refusingScenario(phoneNumber);
    for (let owners = 0; owners < 2; owners += 1) {
      const signup = await untilCodeIsDue({ phoneNumber });
      for (let asked = 0; asked < 3; asked += 1) expect((await ask(signup)).status).toBe(202);
      const fourth = await ask(signup);
      expect(problemIn(fourth)).toBe("409 too_many_codes");
      expect(Number(fourth.headers["retry-after"])).toBeGreaterThan(86_000 - 4 * 60);
      await disconnect(signup);
    }
    const third = await untilCodeIsDue({ phoneNumber });
    expect(problemIn(await ask(third))).toBe("409 too_many_codes");
    await disconnect(third);
    const claims = { phone_numbers: [phoneNumber] };
    const assignee = await untilCodeIsDue({ phoneNumber, claims });
    for (let asked = 0; asked < 3; asked += 1) expect((await ask(assignee)).status).toBe(202);
    expect(problemIn(await ask(assignee))).toBe("409 too_many_codes");
  });

  test("counts by the line in each of its spellings", async () => {
    const [long, short] = ["+5511987650811", "+551187650811"];
    refusingScenario(long);
    refusingScenario(short);
    for (const phoneNumber of [long, short]) {
      const signup = await untilCodeIsDue({ phoneNumber });
      for (let asked = 0; asked < 3; asked += 1) expect((await ask(signup)).status).toBe(202);
      await disconnect(signup);
    }
    const third = await untilCodeIsDue({ phoneNumber: long });
    expect(problemIn(await ask(third))).toBe("409 too_many_codes");
  });

  test("counts where the sender is made anew for it, and is not counted twice", async () => {
    const phoneNumber = newNumber();
    service.simulator.twilio.setScenario(phoneNumber, { kind: "automatic_code_lost" });
    const userId = newUser();
    const { integrationId: id } = await completeSignup(service, { userId, phoneNumber });
    await untilStatus(service, id, "error", userId);
    const before = bodiesOf("senders.create").length;
    expect((await ask({ userId, id })).status).toBe(202);
    await eventually(
      () => getIntegration(service, id, userId),
      ({ registration }) => registration.waitingFor === "customer",
    );
    const created = bodiesOf("senders.create").slice(before);
    expect(created.map(({ configuration }) => configuration?.verification_method)).toEqual([
      "voice",
    ]);
    for (let asked = 0; asked < 2; asked += 1) expect((await ask({ userId, id })).status).toBe(202);
    expect(problemIn(await ask({ userId, id }))).toBe("409 too_many_codes");
    const lines = service.database.connection.collection<{ _id: string; uses: { use: string }[] }>(
      "line_codes",
    );
    const uses = (await lines.findOne({ _id: phoneNumber }))?.uses.map(({ use }) => use);
    expect(uses).toEqual(["created", "asked", "asked", "asked"]);
  });
});

describe("senders with which Twilio sends a code to a number that Meta has not verified", () => {
  test("are made for a line six times in 24 hours, and then wait", async () => {
    const phoneNumber = newNumber();
    const session = { phoneNumberType: "voice_only" };
    for (let owners = 0; owners < 6; owners += 1)
      await disconnect(await untilCodeIsDue({ phoneNumber, session }));
    const calls = bodiesOf("senders.create").length;
    const userId = newUser();
    const wabaId = newWaba();
    const { integrationId: id } = await completeSignup(service, {
      userId,
      phoneNumber,
      wabaId,
      session,
    });
    const { status, registration } = await eventually(
      () => getIntegration(service, id, userId),
      (seen) => seen.registration.error !== null,
    );
    expect({ status, error: registration.error }).toMatchObject({
      status: "pending",
      error: { code: "too_many_codes", actor: "customer" },
    });
    const waitMs = Date.parse(registration.nextAttemptAt ?? "") - clock.now().getTime();
    expect(waitMs).toBeGreaterThan(DAY_MS - 10 * MINUTE_MS);
    expect(bodiesOf("senders.create")).toHaveLength(calls);
    clock.advance(DAY_MS);
    await eventually(
      () => getIntegration(service, id, userId),
      (seen) => seen.registration.waitingFor === "customer" && seen.registration.error === null,
    );
  });

  test("are not counted where Twilio refuses them", async () => {
    const phoneNumber = newNumber();
    service.simulator.twilio.setScenario(phoneNumber, { kind: "refused", code: 63103, times: 4 });
    const userId = newUser();
    const plan = { userId, phoneNumber, wabaId: newWaba(), session: { phoneNumberType: "byo" } };
    const { integrationId: id } = await completeSignup(service, plan);
    for (let tries = 0; tries < 3; tries += 1) {
      await untilStatus(service, id, "error", userId);
      expect((await post(userId, `${id}/retry`, {})).status).toBe(202);
    }
    await untilStatus(service, id, "error", userId);
    await post(userId, `${id}/retry`, {});
    await eventually(
      () => getIntegration(service, id, userId),
      ({ registration }) => registration.step === "verification",
    );
  });
});
