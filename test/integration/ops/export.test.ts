import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { OwnerExport } from "../../../src/operator/owner-export.ts";
import { newMobile, newUser, newWaba } from "../../support/numbers.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { completeSignup } from "../../support/signup.ts";
import { relaying } from "../code-relay/relayed-signup.ts";
import { ownerWithEverything, rivalOf } from "./owner-with-everything.ts";
import { ops } from "./run.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.close());

async function exported(userId: string) {
  const { code, out, log } = await ops(
    service,
    "export",
    "--user",
    userId,
    "--reason",
    "asked for it",
  );
  expect(code).toBe(0);
  return { text: out, log, body: JSON.parse(out) as OwnerExport };
}

const stored = (name: string) => service.database.connection.collection(name);

describe("ops export", () => {
  test("holds all that is stored of the owner, and leaves a line", async () => {
    const owner = await ownerWithEverything(service);
    const { userId, phoneNumber, wabaId, subaccountSid, integrations, open } = owner;
    await ops(service, "assign", phoneNumber, "--user", userId);
    const { body, log } = await exported(userId);
    const idsOf = (all: readonly { _id?: unknown }[]) => new Set(all.map(({ _id }) => String(_id)));
    expect(idsOf(body.integrations)).toEqual(new Set(Object.values(integrations)));
    const own = await stored("signup_sessions").find({ userId }).toArray();
    expect(idsOf(body.signupSessions)).toEqual(idsOf(own));
    expect(own).toHaveLength(4);
    expect(body.signupSessions).toContainEqual(
      expect.objectContaining({
        _id: open.sessionId,
        status: "opened",
        displayName: "Panadería Sol",
      }),
    );
    expect(body).toMatchObject({
      userId,
      lineSpellings: expect.arrayContaining([{ userId, externalId: phoneNumber }]),
      numberHolds: [expect.objectContaining({ _id: phoneNumber, userId, wabaId })],
      wabaHolds: [expect.objectContaining({ _id: wabaId, userId })],
      numberAssignments: [expect.objectContaining({ _id: phoneNumber, userId })],
      subaccounts: expect.arrayContaining([
        expect.objectContaining({ userId, wabaId, sid: subaccountSid }),
      ]),
      codeUses: expect.arrayContaining([
        expect.objectContaining({ line: phoneNumber, use: "created" }),
      ]),
      erasure: null,
    });
    expect(log).toContainEqual(
      expect.objectContaining({
        event: "operator_action",
        action: "export",
        userId,
        reason: "asked for it",
      }),
    );
  });

  test("holds no secret, wherever one is stored", async () => {
    const relayed = await relaying(service, { userId: newUser(), phoneNumber: newMobile().today });
    const { userId, payload, sessionId } = relayed;
    const plan = { userId, wabaId: newWaba(), phoneNumber: newMobile().today };
    const { integrationId } = await completeSignup(service, plan);
    const planted = (name: string) => `planted-${name}-0123456789abcdef`;
    await stored("signup_sessions").updateMany(
      { userId },
      {
        $set: {
          payloadHashes: [planted("payload")],
          browserHash: planted("browser"),
          hold: { token: planted("hold"), until: new Date() },
          accessToken: planted("session"),
        },
      },
    );
    await stored("integrations").updateMany(
      { userId },
      {
        $set: {
          "work.lease": { token: planted("lease"), owner: planted("process") },
          "work.webhook": { wanted: planted("webhook") },
          accessToken: planted("integration"),
          "registration.conflict.holderUserId": planted("other-owner"),
        },
      },
    );
    await stored("twilio_subaccounts").updateMany(
      { userId },
      { $set: { authToken: planted("subaccount"), lease: { token: planted("account-lease") } } },
    );
    await stored("number_relays").updateMany(
      {},
      { $set: { [`sessions.${sessionId}.publicKey`]: planted("key") } },
    );
    const { text, body } = await exported(userId);
    expect(body.integrations).toContainEqual(expect.objectContaining({ _id: integrationId }));
    expect(body.relays).toEqual([expect.objectContaining({ sessionId, channel: "sms" })]);
    expect(text).not.toContain("planted");
    expect(text).not.toContain(payload);
    expect(text).not.toMatch(/token|sealed|Hash"/i);
  });

  test("holds nothing of another owner of the same line", async () => {
    const userId = newUser();
    const plan = { userId, wabaId: newWaba(), phoneNumber: newMobile().today };
    await completeSignup(service, plan);
    const rival = await rivalOf(service, plan.phoneNumber);
    const theirUse = { id: "theirs-alone", use: "asked", at: new Date(0), userId: rival.userId };
    await stored("line_codes").updateOne(
      { _id: plan.phoneNumber as never },
      { $push: { uses: theirUse as never } },
    );
    const { text } = await exported(userId);
    expect(text).toContain(plan.phoneNumber);
    expect(text).not.toContain(new Date(0).toISOString());
    for (const theirs of Object.values(rival)) expect(text).not.toContain(theirs);
  });

  test("of an earlier service's document names what it is and no value of it", async () => {
    const userId = newUser();
    await stored("integrations").insertOne({
      userId,
      provider: "whatsapp",
      externalId: "123456789012345",
      status: "linked",
      meta: { accessToken: "EAAplanted0123456789" },
    });
    const { body, text } = await exported(userId);
    expect(body.olderDocuments).toEqual([
      { id: expect.any(String), externalId: "123456789012345", status: "linked" },
    ]);
    expect(text).not.toContain("EAAplanted");
  });
});
