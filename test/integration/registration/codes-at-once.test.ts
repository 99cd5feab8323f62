import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import supertest, { type Response } from "supertest";
import { parseConfig } from "../../../src/config/config.ts";
import { createLogger } from "../../../src/logger.ts";
import { startService, type Service } from "../../../src/service.ts";
import { newNumber } from "../../support/numbers.ts";
import { problemIn } from "../../support/problems.ts";
import { freePort, startTestService, type TestService } from "../../support/service.ts";
import { getIntegration } from "../../support/signup.ts";
import { eventually } from "../../support/wait.ts";
import { bodiesOf, CODE, codesSince, refuseWrongCodes, untilCodeIsDue } from "./due-codes.ts";

let service: TestService;
beforeAll(async () => {
  // So many calls at once take their time on a slow machine, which is not what is tested here.
  service = await startTestService({
    env: { TWILIO_TIMEOUT_MS: "10000", REGISTRATION_LEASE_MS: "20000" },
  });
});
afterAll(() => service.close());

async function post(userId: string, path: string, body: object, url = service.url) {
  return supertest(url)
    .post(`/whatsapp/integrations/${path}`)
    .set("Authorization", await service.bearer(userId))
    .send(body);
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
    second = await startService(config, createLogger("silent"));
  });
  afterAll(() => second.stop("test"));

  /** 80 guesses: from the browser through one process, with the owner's token through the other. */
  async function guess80(phoneNumber: string) {
    const { userId, id, visitor, sessionId } = await untilCodeIsDue(service, { phoneNumber });
    const before = bodiesOf(service, "senders.update").length;
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
    return { userId, id, answers, tookMs, sent: codesSince(service, before) };
  }

  test("reach Twilio seven times where each is refused at once, whatever way they come", async () => {
    const phoneNumber = newNumber();
    refuseWrongCodes(service, phoneNumber);
    const { userId, id, answers, sent } = await guess80(phoneNumber);
    const kinds = kindsOf(answers);
    expect(kinds.filter((kind) => !/^202$|busy|too_many_codes/.test(kind))).toEqual([]);
    expect(kinds.filter((kind) => kind === "202")).toHaveLength(sent);
    expect(sent).toBeLessThanOrEqual(7);
    for (let left = 7 - sent; left > 0; left -= 1) {
      expect((await post(userId, `${id}/verification`, { code: "000000" })).status).toBe(202);
    }
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
