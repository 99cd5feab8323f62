import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { subaccountModel } from "../../../src/subaccounts/subaccount-model.ts";
import type { Fault } from "../../../dev/simulator/http/faults.ts";
import { PARENT_SID, startTestService, type TestService } from "../../support/service.ts";
import { answer, COMPLETE, findings } from "./doctor.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ env: COMPLETE });
});
afterEach(() => service.simulator.reset());
afterAll(() => service.close());

describe("the doctor asks Twilio", () => {
  test.each<[Record<string, string>, RegExp]>([
    [{ TWILIO_AUTH_TOKEN: "a-wrong-token" }, /^fail: Twilio rejects TWILIO_AUTH_TOKEN/],
    [{ TWILIO_ACCOUNT_SID: `AC${"9".repeat(32)}` }, /^fail: Twilio rejects .*TWILIO_ACCOUNT_SID/],
  ])("whether it takes the credentials: %j", async (env, said) => {
    expect((await answer(service))("twilio account")).toEqual([expect.stringMatching(/^ok: /)]);
    expect((await findings(service, env))("twilio account")).toEqual([expect.stringMatching(said)]);
  });

  test.each([
    [{ type: "Trial" as const }, /^fail: .*trial/],
    [{ status: "suspended" as const }, /^fail: Twilio refuses the account/],
  ])("what kind of account it is: %j", async (change, said) => {
    service.simulator.twilio.setAccount(PARENT_SID, change);
    expect((await answer(service))("twilio account")).toEqual([expect.stringMatching(said)]);
    service.simulator.twilio.setAccount(PARENT_SID, { type: "Full", status: "active" });
    expect((await answer(service))("twilio account")).toEqual([expect.stringMatching(/^ok: /)]);
  });

  test.each<Omit<Fault, "operation">>([
    { kind: "error", status: 503 },
    { kind: "reset" },
    { kind: "rate_limit" },
  ])("and fails where it does not answer: %j", async (fault) => {
    service.simulator.twilio.addFault({ operation: "accounts.*", times: 20, ...fault });
    const of = await answer(service);
    expect(of("twilio account")).toEqual([
      expect.stringMatching(/^fail: Twilio does not answer as usual/),
    ]);
    expect(of("twilio subaccounts")).toEqual([
      expect.stringMatching(/^fail: The subaccounts were not counted/),
    ]);
  });

  test("how much room there is for subaccounts", async () => {
    const { twilio } = service.simulator;
    for (let index = 0; index < 799; index += 1) twilio.seedAccount();
    for (let index = 0; index < 5; index += 1) twilio.seedAccount({ status: "closed" });
    expect((await answer(service))("twilio subaccounts")).toEqual([
      "ok: 799 of 1000 subaccounts are used",
    ]);
    twilio.seedAccount();
    expect((await answer(service))("twilio subaccounts")).toEqual([
      expect.stringMatching(/^warn: 800 of 1000 .* Ask Twilio's support for more/),
    ]);
  });

  test("whether the Senders API answers a subaccount with its own credentials", async () => {
    expect((await answer(service))("twilio senders")).toEqual([
      "ok: No subaccount yet to ask with",
    ]);
    const { twilio } = service.simulator;
    const { sid } = twilio.seedAccount();
    const at = new Date();
    const record = { _id: "pair", userId: "owner", wabaId: "7", sid, createdAt: at, updatedAt: at };
    const model = subaccountModel(service.database.connection);
    await model.create(record);
    expect((await answer(service))("twilio senders")).toEqual([
      `ok: The Senders API answers the subaccount ${sid}`,
    ]);
    expect(twilio.requests().at(-1)).toMatchObject({ operation: "senders.list", account: sid });
    twilio.addFault({ operation: "senders.list", kind: "error", status: 404, code: 20404 });
    expect((await answer(service))("twilio senders")).toEqual([
      expect.stringMatching(/^fail: The Senders API does not answer .*\(status 404, code 20404\)/),
    ]);
    twilio.setAccountStatus(sid, "closed");
    await service.restart();
    expect((await answer(service))("twilio senders")).toEqual([
      expect.stringMatching(/^warn: The subaccount AC.* is closed or gone/),
    ]);
    await model.deleteMany({});
  });
});

describe("the doctor asks Meta", () => {
  test.each<[Record<string, string>, RegExp]>([
    [{ META_APP_SECRET: "a-wrong-secret" }, /^fail: Meta rejects META_APP_SECRET/],
    [{ META_APP_ID: "999999999999999" }, /^fail: Meta rejects the app META_APP_ID/],
  ])("whether it takes the app: %j", async (env, said) => {
    expect((await answer(service))("meta app")).toEqual([expect.stringMatching(/^ok: /)]);
    expect((await findings(service, env))("meta app")).toEqual([expect.stringMatching(said)]);
  });

  test("and fails where it does not answer, or no longer serves the version", async () => {
    const { meta } = service.simulator;
    meta.addFault({ operation: "graph.access_token", kind: "error", status: 503 });
    expect((await answer(service))("meta app")).toEqual([
      expect.stringMatching(/^fail: Meta does not answer as usual/),
    ]);
    meta.addFault({ operation: "graph.access_token", kind: "error", status: 400, code: 2635 });
    expect((await answer(service))("meta app")).toEqual([
      expect.stringMatching(/^fail: Meta rejects META_GRAPH_VERSION/),
    ]);
  });
});
