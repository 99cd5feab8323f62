import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { LineCodes } from "../../../src/registration/line-codes.ts";
import { newNumber, newUser, newWaba } from "../../support/numbers.ts";
import { problemIn } from "../../support/problems.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { ShiftedClock } from "../../support/shifted-clock.ts";
import { completeSignup, getIntegration, untilStatus } from "../../support/signup.ts";
import { eventually } from "../../support/wait.ts";
import { bodiesOf, CODE, codesSince, refuseWrongCodes, untilCodeIsDue } from "./due-codes.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

let service: TestService;
const clock = new ShiftedClock();
beforeAll(async () => {
  service = await startTestService({ clock });
});
afterAll(() => service.close());

/** As a caller that comes back where a step is under way. */
async function post(userId: string, path: string, body: object) {
  const authorization = await service.bearer(userId);
  return eventually(
    async () =>
      service.http.post(`/whatsapp/integrations/${path}`).set({ authorization }).send(body),
    (answer) => (answer.body as { code?: string }).code !== "busy",
  );
}

async function disconnect({ userId, id }: { userId: string; id: string }) {
  await service.http
    .delete(`/whatsapp/integrations/${id}`)
    .set("Authorization", await service.bearer(userId))
    .expect(202);
  await untilStatus(service, id, "disconnected", userId);
}

describe("a line's total of codes", () => {
  test("is ten in 24 hours, whoever hands them over", async () => {
    const phoneNumber = newNumber();
    refuseWrongCodes(service, phoneNumber);
    const before = bodiesOf(service, "senders.update").length;
    const first = await untilCodeIsDue(service, { phoneNumber });
    for (let tries = 0; tries < 7; tries += 1) {
      expect(
        (await post(first.userId, `${first.id}/verification`, { code: "0".repeat(6) })).status,
      ).toBe(202);
    }
    await disconnect(first);
    const other = await untilCodeIsDue(service, { phoneNumber });
    const path = `${other.id}/verification`;
    for (let tries = 0; tries < 3; tries += 1) {
      expect((await post(other.userId, path, { code: "000000" })).status).toBe(202);
    }
    const refused = await post(other.userId, path, { code: CODE });
    expect(problemIn(refused)).toBe("409 too_many_codes");
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(86_000);
    expect(codesSince(service, before)).toBe(10);
    clock.advance(DAY_MS);
    expect((await post(other.userId, path, { code: CODE })).status).toBe(202);
    await untilStatus(service, other.id, "linked", other.userId);
  });

  test("is the same for a new signup of the number by the same owner", async () => {
    const phoneNumber = newNumber();
    refuseWrongCodes(service, phoneNumber);
    const { userId, id } = await untilCodeIsDue(service, { phoneNumber });
    for (let tries = 0; tries < 7; tries += 1) {
      expect((await post(userId, `${id}/verification`, { code: "000000" })).status).toBe(202);
    }
    await untilCodeIsDue(service, { phoneNumber, userId });
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
    refuseWrongCodes(service, phoneNumber);
    for (let owners = 0; owners < 2; owners += 1) {
      const signup = await untilCodeIsDue(service, { phoneNumber });
      for (let asked = 0; asked < 3; asked += 1) expect((await ask(signup)).status).toBe(202);
      const fourth = await ask(signup);
      expect(problemIn(fourth)).toBe("409 too_many_codes");
      expect(Number(fourth.headers["retry-after"])).toBeGreaterThan(86_000 - 4 * 60);
      await disconnect(signup);
    }
    const third = await untilCodeIsDue(service, { phoneNumber });
    expect(problemIn(await ask(third))).toBe("409 too_many_codes");
    await disconnect(third);
    const claims = { phone_numbers: [phoneNumber] };
    const assignee = await untilCodeIsDue(service, { phoneNumber, claims });
    for (let asked = 0; asked < 3; asked += 1) expect((await ask(assignee)).status).toBe(202);
    expect(problemIn(await ask(assignee))).toBe("409 too_many_codes");
  });

  test("counts by the line in each of its spellings", async () => {
    const [long, short] = ["+5511987650811", "+551187650811"];
    refuseWrongCodes(service, long);
    refuseWrongCodes(service, short);
    for (const phoneNumber of [long, short]) {
      const signup = await untilCodeIsDue(service, { phoneNumber });
      for (let asked = 0; asked < 3; asked += 1) expect((await ask(signup)).status).toBe(202);
      await disconnect(signup);
    }
    const third = await untilCodeIsDue(service, { phoneNumber: long });
    expect(problemIn(await ask(third))).toBe("409 too_many_codes");
  });

  test("counts where the sender is made anew for it, and is not counted twice", async () => {
    const phoneNumber = newNumber();
    service.simulator.twilio.setScenario(phoneNumber, { kind: "automatic_code_lost" });
    const userId = newUser();
    const { integrationId: id } = await completeSignup(service, { userId, phoneNumber });
    await untilStatus(service, id, "error", userId);
    const before = bodiesOf(service, "senders.create").length;
    expect((await ask({ userId, id })).status).toBe(202);
    await eventually(
      () => getIntegration(service, id, userId),
      ({ registration }) => registration.waitingFor === "customer",
    );
    const created = bodiesOf(service, "senders.create").slice(before);
    expect(created.map(({ configuration }) => configuration?.verification_method)).toEqual([
      "voice",
    ]);
    for (let asked = 0; asked < 2; asked += 1) expect((await ask({ userId, id })).status).toBe(202);
    expect(problemIn(await ask({ userId, id }))).toBe("409 too_many_codes");
    const lines = service.database.connection.collection<LineCodes>("line_codes");
    const uses = (await lines.findOne({ _id: phoneNumber }))?.uses.map(({ use }) => use);
    expect(uses).toEqual(["created", "asked", "asked", "asked"]);
  });
});

describe("senders with which Twilio sends a code to a number that Meta has not verified", () => {
  test("are made for a line six times in 24 hours, and then wait", async () => {
    const phoneNumber = newNumber();
    const session = { phoneNumberType: "voice_only" };
    for (let owners = 0; owners < 6; owners += 1) {
      await disconnect(await untilCodeIsDue(service, { phoneNumber, session }));
    }
    const calls = bodiesOf(service, "senders.create").length;
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
    expect(bodiesOf(service, "senders.create")).toHaveLength(calls);
    clock.advance(DAY_MS);
    await eventually(
      () => getIntegration(service, id, userId),
      (seen) => seen.registration.waitingFor === "customer" && seen.registration.error === null,
    );
  });

  test("are counted once where Twilio's answer is lost and they are made again", async () => {
    const phoneNumber = newNumber();
    const match = encodeURIComponent(phoneNumber).slice(3);
    const fault = { operation: "senders.create", kind: "error", match } as const;
    service.simulator.twilio.addFault({ ...fault, times: 4 });
    const { userId, id } = await untilCodeIsDue(service, { phoneNumber });
    const creations = service.simulator.twilio.requests().filter(({ operation, body }) => {
      return operation === "senders.create" && JSON.stringify(body).includes(phoneNumber);
    });
    expect(creations).toHaveLength(5);
    const lines = service.database.connection.collection<LineCodes>("line_codes");
    expect((await lines.findOne({ _id: phoneNumber }))?.uses.map(({ use }) => use)).toEqual([
      "created",
    ]);
    const { registration } = await getIntegration(service, id, userId);
    expect(registration.error).toBeNull();
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
