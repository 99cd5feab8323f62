import { describe, expect, test } from "@jest/globals";
import { resultOf } from "../../../src/web/signup/messages.ts";

const account = (data: Record<string, unknown>) => resultOf({ event: "FINISH", data });

describe("the account of a message that finishes", () => {
  test.each<[Record<string, unknown>, string]>([
    [{ waba_id: "111" }, "111"],
    [{ waba_id: 111 }, "111"],
    [{ waba_ids: ["111"] }, "111"],
    [{ waba_ids: [111] }, "111"],
    [{ primary_waac_ids: ["222"] }, "222"],
    [{ waba_ids: [], primary_waac_ids: ["222"] }, "222"],
    [{ waba_id: "", waba_ids: ["111"] }, "111"],
    [{ waba_ids: ["111", "111"] }, "111"],
    [{ waba_ids: ["111", null, ""] }, "111"],
    [{ waba_ids: ["111"], primary_waac_ids: ["222"] }, "111"],
    [{ waba_id: "111", waba_ids: ["222", "333"] }, "111"],
  ])("%j names %s", (data, WhatsAppBusinessAccountId) => {
    expect(account(data)).toEqual({ WhatsAppBusinessAccountId });
  });

  test.each([
    {},
    { waba_ids: ["111", "222"] },
    { primary_waac_ids: ["111", "222"] },
    { waba_ids: ["111", "222"], primary_waac_ids: ["111"] },
    { waba_ids: [] },
    { waba_ids: "111" },
    { waba_ids: [["111"], { id: "222" }] },
  ])("%j names none that one could rely on", (data) => {
    expect(account(data)).toBeUndefined();
  });

  test("comes with the other ids", () => {
    const data = { waba_ids: ["111"], business_id: "333", phone_number_id: "444" };
    expect(account(data)).toEqual({
      WhatsAppBusinessAccountId: "111",
      FacebookBusinessId: "333",
      phoneNumberId: "444",
    });
  });
});
