import { describe, expect, test } from "@jest/globals";
import type { Step, WaitingFor } from "../../../src/integrations/integration.ts";
import { usualDurationSeconds } from "../../../src/integrations/usual-duration.ts";
import { senderState } from "../../../src/integrations/sender-status.ts";
import { isDeterministicName, subaccountName } from "../../../src/subaccounts/subaccount-store.ts";

describe("senderState", () => {
  test.each([
    ["ONLINE", "online"],
    ["ONLINE:UPDATING", "online"],
    ["OFFLINE", "offline"],
    ["PENDING_VERIFICATION", "awaits_code"],
    ["CREATING", "under_way"],
    ["VERIFYING", "under_way"],
    ["TWILIO_REVIEW", "under_way"],
    ["DRAFT", "under_way"],
    ["STUBBED", "under_way"],
    ["online", "under_way"],
    ["", "under_way"],
  ])("%s is %s", (status, state) => {
    expect(senderState(status)).toBe(state);
  });
});

describe("subaccountName", () => {
  test("is deterministic, bears the installation and fits Twilio's 64 characters", () => {
    const name = subaccountName("default", "user-1", "111222333");
    expect(name).toBe("wa-default-029d24b240859012c4642b210ef77727b364abd8");
    expect(subaccountName("a".repeat(20), "u".repeat(255), "1".repeat(32))).toHaveLength(64);
    expect(isDeterministicName(name)).toBe(true);
    expect(isDeterministicName("SubAccount Created at 2026-11-25")).toBe(false);
  });

  test("tells pairs apart that join to the same text", () => {
    expect(subaccountName("x", "user1", "23")).not.toBe(subaccountName("x", "user", "123"));
  });
});

describe("usualDurationSeconds", () => {
  test("counts the looks at somebody else's sender", () => {
    const conflict = {
      about: "number" as const,
      holderId: "1",
      holderUserId: "another",
      metBy: "hold" as const,
      since: new Date(0),
    };
    expect(usualDurationSeconds({ step: "sender", waitingFor: "twilio", conflict })).toBe(180);
  });

  test.each<[Step, string | undefined, WaitingFor | undefined, number | undefined]>([
    ["subaccount", undefined, "twilio", 10],
    ["online", "CREATING", "twilio", 90],
    ["online", "TWILIO_REVIEW", "twilio", 172_800],
    ["verification", "PENDING_VERIFICATION", "customer", 300],
    ["verification", "VERIFYING", "twilio", 30],
    ["sender", undefined, "operator", undefined],
    ["done", "ONLINE", undefined, undefined],
  ])("%s %s, waiting for %s: %s", (step, senderStatus, waitingFor, expected) => {
    expect(
      usualDurationSeconds({
        step,
        ...(senderStatus ? { senderStatus } : {}),
        ...(waitingFor ? { waitingFor } : {}),
      }),
    ).toBe(expected);
  });
});
