import { describe, expect, test } from "@jest/globals";
import { callbackValues, sameValues } from "../../../src/onboarding/callback-values.ts";
import { ProblemError } from "../../../src/problems/problem-error.ts";
import type { CallbackValues } from "../../../src/signup/signup-session.ts";
import { sessionWith } from "../signup/session.ts";

const NUMBER = "+5511987654321";
const WABA = "111222333444555";
const SUBACCOUNT = `AC${"ab12".repeat(8)}`;

function refusal(raw: Record<string, string>, session = sessionWith({ phoneNumber: NUMBER })) {
  try {
    return callbackValues(raw, session);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const issues = (error.issues ?? []).map(({ path }) => path);
    return [error.code, ...issues].join(" ");
  }
}

describe("callbackValues", () => {
  test("brings every value into its canonical form", () => {
    const raw = {
      payload: "not kept",
      code: "not kept",
      TwilioNumber: "whatsapp: 5215512345678",
      WhatsAppBusinessAccountId: WABA,
      FacebookBusinessId: "98765",
      SubaccountSid: SUBACCOUNT,
      phoneNumberId: "123456789012345",
      displayName: "  Café Sol ",
    };
    expect(callbackValues(raw, sessionWith())).toEqual({
      phoneNumber: "+525512345678",
      wabaId: WABA,
      facebookBusinessId: "98765",
      subaccountSid: SUBACCOUNT,
      phoneNumberId: "123456789012345",
      displayName: "Café Sol",
    });
  });

  test("takes number and name of the session where they are missing, and has no empty keys", () => {
    const session = sessionWith({ phoneNumber: NUMBER, displayName: "Sol" });
    expect(callbackValues({ WhatsAppBusinessAccountId: WABA }, session)).toEqual({
      phoneNumber: NUMBER,
      wabaId: WABA,
      displayName: "Sol",
    });
    const named = { WhatsAppBusinessAccountId: WABA, displayName: "Luna" };
    expect(callbackValues(named, session)).toMatchObject({ displayName: "Sol" });
  });

  test.each([
    [{}, "invalid_request WhatsAppBusinessAccountId"],
    [{ WhatsAppBusinessAccountId: "1234" }, "invalid_request WhatsAppBusinessAccountId"],
    [{ WhatsAppBusinessAccountId: "1".repeat(33) }, "invalid_request WhatsAppBusinessAccountId"],
    [{ WhatsAppBusinessAccountId: "12345a" }, "invalid_request WhatsAppBusinessAccountId"],
    [{ WhatsAppBusinessAccountId: "12345\n" }, "invalid_request WhatsAppBusinessAccountId"],
    [{ WhatsAppBusinessAccountId: WABA, TwilioNumber: "123" }, "invalid_request TwilioNumber"],
    [
      { WhatsAppBusinessAccountId: WABA, FacebookBusinessId: "x" },
      "invalid_request FacebookBusinessId",
    ],
    [{ WhatsAppBusinessAccountId: WABA, SubaccountSid: "AC12" }, "invalid_request SubaccountSid"],
    [
      { WhatsAppBusinessAccountId: WABA, SubaccountSid: SUBACCOUNT.replace("AC", "SK") },
      "invalid_request SubaccountSid",
    ],
    [{ WhatsAppBusinessAccountId: WABA, phoneNumberId: "x" }, "invalid_request phoneNumberId"],
    [{ WhatsAppBusinessAccountId: WABA, displayName: "  " }, "invalid_request displayName"],
    [
      { WhatsAppBusinessAccountId: WABA, displayName: "a".repeat(256) },
      "invalid_request displayName",
    ],
  ])("refuses %j", (raw, why) => {
    expect(refusal(raw)).toBe(why);
  });

  test("names everything that is wrong at once", () => {
    expect(refusal({ TwilioNumber: "1", SubaccountSid: "2" })).toBe(
      "invalid_request WhatsAppBusinessAccountId TwilioNumber SubaccountSid",
    );
  });

  test("wants a number from somewhere", () => {
    expect(refusal({ WhatsAppBusinessAccountId: WABA }, sessionWith())).toBe(
      "invalid_request TwilioNumber",
    );
  });

  test("takes the old Mexican form for the new one", () => {
    const session = sessionWith({ phoneNumber: "+525512345678" });
    const raw = { WhatsAppBusinessAccountId: WABA, TwilioNumber: "+5215512345678" };
    expect(callbackValues(raw, session).phoneNumber).toBe("+525512345678");
  });
});

describe("sameValues", () => {
  const values: CallbackValues = {
    phoneNumber: NUMBER,
    wabaId: WABA,
    facebookBusinessId: "98765",
    subaccountSid: SUBACCOUNT,
    phoneNumberId: "123456",
    displayName: "Sol",
  };

  test("is true of equal values, whatever the order of their keys", () => {
    const reversed = Object.fromEntries(Object.entries(values).toReversed());
    expect(sameValues(values, { ...values, ...reversed })).toBe(true);
  });

  test.each(Object.keys(values))("is false where %s differs", (key) => {
    expect(sameValues(values, { ...values, [key]: "other" })).toBe(false);
  });

  test.each(["facebookBusinessId", "subaccountSid", "phoneNumberId", "displayName"])(
    "is false where %s is missing in one",
    (key) => {
      const fewer = { ...values, [key]: undefined };
      expect(sameValues(values, fewer)).toBe(false);
      expect(sameValues(fewer, values)).toBe(false);
    },
  );
});
