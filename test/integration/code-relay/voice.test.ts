import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import twilio from "twilio";
import { MovableClock } from "../../support/movable-clock.ts";
import { PARENT_SID, startTestService, type TestService } from "../../support/service.ts";
import { eventually } from "../../support/wait.ts";
import {
  codeFor,
  EMPTY,
  FORMER,
  META_CODE,
  post,
  relayOf,
  relaying,
  type RelayPlan,
  TRANSCRIPTION_PATH,
  untilLookedAt,
  untilOver,
  VOICE_PATH,
  webhooksOf,
} from "./relayed-signup.ts";

let service: TestService;
const clock = new MovableClock();
beforeAll(async () => {
  service = await startTestService({ clock });
});
afterAll(() => service.close());

const XML = '<?xml version="1.0" encoding="UTF-8"?>';
const REDIRECT = `<Redirect method="POST">${FORMER.voiceUrl}</Redirect>`;

const voiceOnly = (plan: RelayPlan = {}) =>
  relaying(service, { session: { phoneNumberType: "voice_only", locale: "pt" }, ...plan });

const gather = (language: string) =>
  `<Gather input="speech" action="${service.url}${TRANSCRIPTION_PATH}" method="POST" language="${language}" hints="$OOV_CLASS_DIGIT_SEQUENCE" timeout="15" speechTimeout="auto"/>`;

const record = () =>
  `<Record action="${service.url}${TRANSCRIPTION_PATH}" method="POST" maxLength="45" playBeep="false" transcribe="true" transcribeCallback="${service.url}${TRANSCRIPTION_PATH}"/>`;

/** How often this recording was to be deleted so far. */
const deletions = (recordingSid: string) =>
  service.simulator.twilio
    .requests()
    .filter(({ method, path }) => method === "DELETE" && path.includes(recordingSid)).length;

/** What Twilio sends when it has understood something. */
async function heard(phoneNumber: string, fields: Record<string, string>): Promise<string> {
  const all = {
    AccountSid: PARENT_SID,
    CallSid: `CA${"1".repeat(32)}`,
    From: "+15550001111",
    To: phoneNumber,
    ...fields,
  };
  const signature = twilio.getExpectedTwilioSignature(
    "parent-token-of-the-tests",
    `${service.url}${TRANSCRIPTION_PATH}`,
    all,
  );
  const answer = await post(service, TRANSCRIPTION_PATH, all).set("X-Twilio-Signature", signature);
  expect(answer.status).toBe(200);
  return answer.text;
}

describe("a signup of a number that takes calls only", () => {
  test("has its calls come to us and leaves its messages alone, until it ends", async () => {
    const { phoneNumber, visitor, payload } = await voiceOnly();
    expect(webhooksOf(service, phoneNumber)).toMatchObject({
      smsUrl: FORMER.smsUrl,
      voiceUrl: `${service.url}${VOICE_PATH}`,
      voiceMethod: "POST",
    });
    await visitor.report(payload, "CANCEL").expect(204);
    await untilOver(service, phoneNumber);
    expect(webhooksOf(service, phoneNumber)).toMatchObject(FORMER);
  });

  test("listens in the customer's language, then hands the call on", async () => {
    const { phoneNumber } = await voiceOnly();
    const call = { to: phoneNumber, from: "+15550001111" };
    expect(await service.simulator.twilio.receiveCall(call)).toEqual({
      status: 200,
      body: `${XML}<Response>${gather("pt-BR")}${REDIRECT}</Response>`,
    });
  });

  test("records where nobody else takes the call", async () => {
    const { phoneNumber } = await voiceOnly({ number: { voiceUrl: null } });
    const call = { to: phoneNumber, from: "+15550001111" };
    expect((await service.simulator.twilio.receiveCall(call))?.body).toBe(
      `${XML}<Response>${gather("pt-BR")}${record()}</Response>`,
    );
    expect(await heard(phoneNumber, { SpeechResult: "alô?" })).toBe(
      `${XML}<Response>${record()}</Response>`,
    );
    const recording = { RecordingSid: `RE${"2".repeat(32)}` };
    expect(await heard(phoneNumber, recording)).toBe(EMPTY);
    const failed = { TranscriptionSid: `TR${"2".repeat(32)}`, TranscriptionStatus: "failed" };
    expect(await heard(phoneNumber, { ...recording, ...failed })).toBe(EMPTY);
  });

  test("shows the code that was spoken", async () => {
    const { phoneNumber, visitor, payload } = await voiceOnly();
    const SpeechResult = "Seu código é quatro oito três nove dois um. 4 8 3 9 2 1.";
    expect(await heard(phoneNumber, { SpeechResult, Confidence: "0.9" })).toBe(EMPTY);
    expect(await codeFor(visitor, payload)).toMatchObject({ relay: "code", code: META_CODE });
    expect(service.logText()).not.toContain(META_CODE);
  });

  test("shows the code of a recording, and deletes it", async () => {
    const { phoneNumber, visitor, payload } = await voiceOnly();
    const RecordingSid = `RE${"3".repeat(32)}`;
    const fields = { TranscriptionText: "Your code is 483 921.", TranscriptionStatus: "completed" };
    const TranscriptionSid = `TR${"3".repeat(32)}`;
    await heard(phoneNumber, { RecordingSid });
    expect(deletions(RecordingSid)).toBe(0);
    expect(await heard(phoneNumber, { ...fields, TranscriptionSid, RecordingSid })).toBe(EMPTY);
    expect(await codeFor(visitor, payload)).toMatchObject({ relay: "code", code: META_CODE });
    expect(deletions(RecordingSid)).toBe(1);
    expect((await relayOf(service, phoneNumber))?.recordings).toEqual({});
  });

  test("deletes a recording whose transcription never comes, also after its end", async () => {
    const { phoneNumber, visitor, payload } = await voiceOnly({ number: { voiceUrl: null } });
    const RecordingSid = `RE${"4".repeat(32)}`;
    await heard(phoneNumber, { RecordingSid });
    await visitor.report(payload, "CANCEL").expect(204);
    await untilOver(service, phoneNumber);
    clock.advance(9 * 60_000);
    await service.restart();
    expect(await untilLookedAt(service, phoneNumber, clock.now())).not.toBeNull();
    expect(deletions(RecordingSid)).toBe(0);
    clock.advance(61_000);
    await service.restart();
    await eventually(
      () => relayOf(service, phoneNumber),
      (relay) => relay === null,
    );
    expect(deletions(RecordingSid)).toBe(1);
  });

  test.each([
    ["again later where Twilio fails", { status: 503 }, 2],
    ["never where Twilio refuses for good", { status: 403, code: 20403 }, 1],
  ])("tries to delete a recording %s", async (_when, failure, tries) => {
    const { phoneNumber } = await voiceOnly({ number: { voiceUrl: null } });
    const RecordingSid = `RE${randomBytes(16).toString("hex")}`;
    await heard(phoneNumber, { RecordingSid });
    const fault = { operation: "recordings.delete", kind: "error", match: RecordingSid } as const;
    service.simulator.twilio.addFault({ ...fault, ...failure });
    for (let looks = 0; looks < 2; looks += 1) {
      clock.advance(10 * 60_000 + 1);
      await service.restart();
      await untilLookedAt(service, phoneNumber, clock.now());
    }
    expect((await relayOf(service, phoneNumber))?.recordings).toEqual({});
    expect(deletions(RecordingSid)).toBe(tries);
  });

  test("hands a call on in which no code was spoken", async () => {
    const { phoneNumber, visitor, payload } = await voiceOnly();
    for (const SpeechResult of ["Hola, ¿están abiertos?", "123 456 654 321"]) {
      expect(await heard(phoneNumber, { SpeechResult })).toBe(
        `${XML}<Response>${REDIRECT}</Response>`,
      );
    }
    expect(await codeFor(visitor, payload)).toMatchObject({ relay: "waiting" });
  });

  test("takes no message for a code of a call", async () => {
    const { phoneNumber, visitor, payload } = await relaying(service);
    await heard(phoneNumber, { SpeechResult: "483921" });
    expect(await codeFor(visitor, payload)).toMatchObject({ relay: "waiting" });
  });
});
