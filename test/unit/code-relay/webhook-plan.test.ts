import { describe, expect, test } from "@jest/globals";
import type { FormerSettings, RelaySession } from "../../../src/code-relay/number-relay.ts";
import { planWebhooks } from "../../../src/code-relay/webhook-plan.ts";

const OURS = { sms: "https://us.example/sms", voice: "https://us.example/voice" };
const THEIRS = { url: "https://saas.example/sms", method: "GET", applicationSid: "AP1" };
const SET = { url: OURS.sms, method: "POST", applicationSid: "" };
const NONE = { url: "", method: "POST", applicationSid: "" };
const FORMER: FormerSettings = { ...THEIRS, ourUrl: OURS.sms };

const session = (joined: boolean, channel: "sms" | "voice" = "sms"): RelaySession => ({
  userId: "user",
  channel,
  locale: "es",
  browserHash: "hash",
  publicKey: "key",
  until: new Date(),
  joined,
});
const numberWith = (sms: typeof THEIRS) => ({ sid: "PN1", accountSid: "AC1", sms, voice: NONE });
const plan = (former: FormerSettings | undefined, active: RelaySession[], sms: typeof THEIRS) =>
  planWebhooks(former ? { former: { sms: former } } : {}, active, numberWith(sms), OURS);

describe("for a session that comes,", () => {
  test("what is there is kept and our address set", () => {
    expect(plan(undefined, [session(false)], THEIRS)).toEqual({
      former: { sms: FORMER },
      changes: { sms: SET },
      over: [],
    });
  });

  test("nothing is done where our address is set and the former one kept", () => {
    expect(plan(FORMER, [session(true), session(false)], SET)).toEqual({
      former: {},
      changes: {},
      over: [],
    });
  });

  test("our address is not kept where the record is missing, or names an earlier address", () => {
    expect(plan(undefined, [session(false)], SET).former.sms).toEqual({
      ...NONE,
      ourUrl: OURS.sms,
    });
    const earlier = { ...FORMER, ourUrl: "https://earlier.example/sms" };
    const present = { ...SET, url: earlier.ourUrl };
    expect(plan(earlier, [session(false)], present).former.sms).toEqual(FORMER);
  });

  test("what somebody set meanwhile is kept in place of what was kept before", () => {
    const later = { url: "https://new.example", method: "POST", applicationSid: "" };
    expect(plan(FORMER, [session(false)], later).former.sms).toEqual({
      ...later,
      ourUrl: OURS.sms,
    });
    const application = { ...SET, applicationSid: "AP2" };
    expect(plan(FORMER, [session(false)], application).former.sms).toEqual({
      ...FORMER,
      applicationSid: "AP2",
    });
  });

  test("what was put back before is kept anew, and is not ours where our address still shows", () => {
    const late = { ...FORMER, putBackAt: new Date() };
    const later = { ...THEIRS, url: "https://new.example" };
    expect(plan(late, [session(false)], later).former.sms).toEqual({ ...later, ourUrl: OURS.sms });
    expect(plan(late, [session(false)], SET)).toEqual({
      former: { sms: FORMER },
      changes: { sms: SET },
      over: [],
    });
  });

  test("the other channel is left alone", () => {
    const { former, changes } = plan(undefined, [session(false, "voice")], THEIRS);
    expect(Object.keys({ ...former, ...changes })).toEqual(["voice"]);
  });
});

describe("while sessions go on,", () => {
  test("nothing is done, whatever somebody sets", () => {
    for (const present of [SET, THEIRS, NONE]) {
      expect(plan(FORMER, [session(true)], present)).toEqual({ former: {}, changes: {}, over: [] });
    }
  });
});

describe("after the last session", () => {
  test("what was there is put back", () => {
    expect(plan(FORMER, [], SET)).toEqual({ former: {}, changes: { sms: THEIRS }, over: ["sms"] });
  });

  test("what somebody else set stays", () => {
    expect(plan(FORMER, [], { ...THEIRS, url: "https://new.example" })).toEqual({
      former: {},
      changes: {},
      over: ["sms"],
    });
  });

  test("somebody else's application stays, and our address goes", () => {
    const { url, method } = THEIRS;
    expect(plan(FORMER, [], { ...SET, applicationSid: "AP2" }).changes).toEqual({
      sms: { url, method },
    });
  });

  test("of its channel, although the other one goes on", () => {
    expect(plan(FORMER, [session(true, "voice")], SET).over).toEqual(["sms"]);
  });

  test("nothing is done where nothing was changed, or all was put back", () => {
    const late = { ...FORMER, putBackAt: new Date() };
    for (const former of [undefined, late]) {
      expect(plan(former, [], SET)).toEqual({ former: {}, changes: {}, over: [] });
    }
  });
});
