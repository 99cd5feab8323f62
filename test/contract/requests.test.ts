import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Simulator } from "../../dev/simulator/simulator.ts";
import { assertRequestMatches } from "./support.ts";
import {
  accountPath,
  ACCOUNTS,
  creation,
  numberPath,
  numbersPath,
  PARENT,
  SENDERS,
  SENDERS_LIST,
  startTestSimulator,
  TwilioCaller,
} from "./twilio-caller.ts";

const SID = `AC${"2".repeat(32)}`;
const SENDER = `${SENDERS}/XE${"3".repeat(32)}`;
const JSON_TYPE = "application/json; charset=utf-8";
const FORM_TYPE = "application/x-www-form-urlencoded";

const get = (path: string) => ({ method: "GET", path, contentType: null, body: null });
const postJson = (path: string, body: unknown) => ({
  method: "POST",
  path,
  contentType: JSON_TYPE,
  body,
});
const postForm = (path: string, body: unknown) => ({
  method: "POST",
  path,
  contentType: FORM_TYPE,
  body,
});

describe("assertRequestMatches", () => {
  test.each([
    ["a list of accounts", get(`${ACCOUNTS}?FriendlyName=x&Status=active&PageSize=50`)],
    ["a creation of an account", postForm(ACCOUNTS, { FriendlyName: "x" })],
    ["a look at an account", get(accountPath(SID))],
    ["a list of numbers", get(`${numbersPath(SID)}?PhoneNumber=%2B5511987654321`)],
    ["a move", postForm(numberPath(SID, `PN${"4".repeat(32)}`), { AccountSid: SID })],
    ["a creation of a sender", postJson(SENDERS, creation())],
    ["a code", postJson(SENDER, { configuration: { verification_code: "123456" } })],
    [
      "a webhook",
      postJson(SENDER, {
        webhook: {
          callback_url: "https://app.example.com/in",
          callback_method: "POST",
          fallback_url: "https://app.example.com/fallback",
          fallback_method: "PUT",
          status_callback_url: "https://app.example.com/status",
          status_callback_method: "POST",
        },
      }),
    ],
    ["a list of senders", get(`${SENDERS_LIST}&PageSize=1000&PageToken=x`)],
    ["a deletion", { ...get(SENDER), method: "DELETE" }],
  ])("accepts %s", (_what, request) => {
    expect(() => assertRequestMatches(request)).not.toThrow();
  });

  test.each([
    ["a camelCase field", postJson(SENDERS, { ...creation(), friendlyName: "x" }), /friendlyName/],
    [
      "a camelCase field inside",
      postJson(SENDERS, creation(undefined, { configuration: { wabaId: "1" } })),
      /wabaId/,
    ],
    [
      "a camelCase field in an update",
      postJson(SENDER, { webhook: { callbackUrl: "x" } }),
      /callbackUrl/,
    ],
    ["a missing field", postJson(SENDERS, { profile: { name: "x" } }), /sender_id/],
    [
      "a value outside an enum",
      postJson(SENDERS, creation(undefined, { configuration: { verification_method: "fax" } })),
      /verification_method/,
    ],
    ["no body", { ...postJson(SENDERS, null) }, /body/],
    ["a form where JSON belongs", postForm(SENDERS, creation()), /application\/json/],
    ["JSON where a form belongs", postJson(ACCOUNTS, { FriendlyName: "x" }), /urlencoded/],
    ["an unknown form field", postForm(ACCOUNTS, { friendlyName: "x" }), /friendlyName/],
    ["an unknown query parameter", get(`${SENDERS_LIST}&pageSize=1`), /pageSize/],
    ["a missing query parameter", get(SENDERS), /Channel/],
    ["a page too large", get(`${SENDERS_LIST}&PageSize=1001`), /PageSize/],
    ["a number that is not E.164", get(`${numbersPath(SID)}?PhoneNumber=5511`), /PhoneNumber/],
    ["a SID that is none", get(accountPath("AC1")), /Sid/],
    ["a path in the wrong case", get("/v2/channels/senders?Channel=whatsapp"), /has no GET/],
    ["an unknown method", { ...get(SENDERS), method: "PUT" }, /has no PUT/],
  ])("refuses %s", (_what, request, problem) => {
    expect(() => assertRequestMatches(request)).toThrow(problem);
  });

  describe("of what the simulator recorded", () => {
    let simulator: Simulator;
    beforeAll(async () => {
      simulator = await startTestSimulator();
    });
    afterAll(() => simulator.close());

    test("holds for every request that the simulator accepted", async () => {
      const parent = new TwilioCaller(simulator.twilioUrl, PARENT);
      const { body } = await parent.postForm(ACCOUNTS, { FriendlyName: "x" });
      const sub = parent.as({ sid: body.sid, authToken: String(body.auth_token) });
      const { body: sender } = await sub.postJson(SENDERS, creation());
      await sub.get(SENDERS_LIST);
      await sub.get(`${SENDERS}/${sender.sid}`);
      await sub.postJson(`${SENDERS}/${sender.sid}`, {
        webhook: { callback_url: "https://app.example.com/in", callback_method: "POST" },
      });
      await sub.delete(`${SENDERS}/${sender.sid}`);

      const requests = simulator.twilio.requests();
      expect(requests.map(({ operation }) => operation)).toEqual([
        "accounts.create",
        "senders.create",
        "senders.list",
        "senders.fetch",
        "senders.update",
        "senders.delete",
      ]);
      requests.forEach(assertRequestMatches);
      expect(requests[1]).toMatchObject({
        account: body.sid,
        method: "POST",
        path: SENDERS,
        body: creation(),
        status: 202,
        processed: true,
        fault: null,
      });
    });
  });
});
