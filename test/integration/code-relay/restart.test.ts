import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import supertest from "supertest";
import type { Fault } from "../../../dev/simulator/http/faults.ts";
import { newNumber } from "../../support/numbers.ts";
import { ServiceProcess } from "../../support/service-process.ts";
import { freePort, signToken, startOutside, type TestService } from "../../support/service.ts";
import { Visitor } from "../../support/visitor.ts";
import { eventually } from "../../support/wait.ts";
import {
  codeFor,
  FORMER,
  META_CODE,
  META_SMS,
  relaying,
  SMS_PATH,
  started,
  untilJoined,
  untilOver,
  webhooksOf,
} from "./relayed-signup.ts";

describe("a process that is killed", () => {
  let outside: Awaited<ReturnType<typeof startOutside>>;
  let processOfService: ServiceProcess;
  let service: TestService;
  beforeAll(async () => {
    outside = await startOutside();
    processOfService = new ServiceProcess({
      ...outside.env(await freePort()),
      REGISTRATION_LEASE_MS: "1000",
      TWILIO_TIMEOUT_MS: "600",
      REGISTRATION_SETTLE_MS: "200",
    });
    await processOfService.start();
    service = asService(outside, processOfService);
  }, 180_000);
  afterEach(() => outside.simulator.reset());
  afterAll(async () => {
    await processOfService.stop();
    await outside.close();
  });

  const point = (when: Fault["when"]) =>
    ({
      operation: "numbers.update",
      kind: "hang",
      match: "SmsUrl",
      when: when ?? "before",
    }) as const;

  /** Kills it as soon as Twilio has the request, and starts it anew. */
  async function killDuring(operation: string, before: number): Promise<void> {
    await eventually(
      () => Promise.resolve(outside.simulator.twilio.requests()),
      (requests) => requests.filter((request) => request.operation === operation).length > before,
    );
    await processOfService.kill();
    await processOfService.start();
  }

  const countOf = (operation: string) =>
    outside.simulator.twilio.requests().filter((request) => request.operation === operation).length;

  test.each([
    ["before Twilio changes the number", point("before")],
    ["after Twilio has changed it", point("after")],
    ["while it looks for it", { operation: "numbers.list", kind: "hang" } as const],
  ])("%s: the next one goes on, and puts back what was there", async (_when, fault) => {
    const phoneNumber = newNumber();
    outside.simulator.twilio.addFault(fault);
    const signup = await started(service, { phoneNumber });
    await killDuring(fault.operation, 0);
    await untilJoined(service, signup);
    expect(webhooksOf(service, phoneNumber).smsUrl).toBe(`${service.url}${SMS_PATH}`);
    await service.simulator.twilio.receiveSms({ to: phoneNumber, from: "32665", body: META_SMS });
    expect((await codeFor(signup.visitor, signup.payload)).code).toBe(META_CODE);
    await signup.visitor.report(signup.payload, "CANCEL").expect(204);
    await untilOver(service, phoneNumber);
    expect(webhooksOf(service, phoneNumber)).toMatchObject(FORMER);
  });

  test.each([
    ["before Twilio has put it back", point("before")],
    ["after Twilio has put it back", point("after")],
  ])("%s: the next one ends it", async (_when, fault) => {
    const { phoneNumber, visitor, payload } = await relaying(service);
    outside.simulator.twilio.addFault(fault);
    const before = countOf(fault.operation);
    await visitor.report(payload, "CANCEL").expect(204);
    await killDuring(fault.operation, before);
    await untilOver(service, phoneNumber);
    expect(webhooksOf(service, phoneNumber)).toMatchObject(FORMER);
  });

  test("while it changes the number, and the signup ends meanwhile: the next one ends it", async () => {
    const phoneNumber = newNumber();
    outside.simulator.twilio.addFault(point("after"));
    const { visitor, payload } = await started(service, { phoneNumber });
    await eventually(
      () => Promise.resolve(webhooksOf(service, phoneNumber).smsUrl),
      (url) => url === `${service.url}${SMS_PATH}`,
    );
    await visitor.report(payload, "CANCEL").expect(204);
    await processOfService.kill();
    await processOfService.start();
    await untilOver(service, phoneNumber);
    expect(webhooksOf(service, phoneNumber)).toMatchObject(FORMER);
  });
});

/** What the helpers use of a service, around a process. */
function asService(
  { database, simulator, env }: Awaited<ReturnType<typeof startOutside>>,
  running: ServiceProcess,
): TestService {
  const url = running.url.replace("127.0.0.1", "localhost");
  return {
    url,
    env: env(0),
    simulator,
    database,
    log: [],
    logText: () => running.lines.join("\n"),
    http: supertest.agent(url),
    visitor: () => new Visitor(url),
    bearer: async (userId = "user-1", claims = {}) =>
      `Bearer ${await signToken({ sub: userId, ...claims })}`,
    restart: () => running.stop().then(() => running.start()),
    stopService: () => running.stop(),
    close: () => running.stop(),
  };
}
