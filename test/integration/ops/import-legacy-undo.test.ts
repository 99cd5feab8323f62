import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { dumpText } from "../../support/dump.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { completeSignup, getIntegration, untilStatus } from "../../support/signup.ts";
import { importLegacyOf } from "./import-legacy.ts";
import { older, PLANTED } from "./older-service.ts";
import { eventually } from "../../support/wait.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.close());

const documents = () => service.database.connection.collection("integrations");
const { stored, apply, undo } = importLegacyOf(() => service);

describe("ops import-legacy --undo", () => {
  test("restores all but the tokens, and what came with it goes", async () => {
    const { _id, id, document, phoneNumber, userId } = await older(service);
    await apply(id);
    await untilStatus(service, id, "linked", userId);
    const { out, log } = await undo(id);
    expect(out).toBe(
      `${id} (${phoneNumber} of ${userId}) is as it was, without apiToken, meta.subaccountAuthToken, meta.accessToken, meta.nested.0.webhook.\n`,
    );
    expect(log).toContainEqual(
      expect.objectContaining({ event: "operator_action", action: "undo_import_legacy" }),
    );
    const { apiToken: _secret, meta, ...rest } = document;
    const { subaccountAuthToken: _auth, accessToken: _access, ...kept } = meta;
    expect(await stored(_id)).toEqual({ ...rest, meta: { ...kept, nested: [{ plan: 3 }] } });
    for (const name of ["legacy_imports", "number_holds", "waba_holds", "twilio_subaccounts"]) {
      expect(await service.database.connection.collection(name).findOne({ userId })).toBeNull();
    }
    expect((await undo(id)).out).toBe("No document of an earlier service.\n");
    await apply(id);
    await untilStatus(service, id, "linked", userId);
  });

  test("leaves what a signup or a disconnect has changed since", async () => {
    const { _id, id, wabaId, phoneNumber, userId } = await older(service);
    await apply(id);
    await untilStatus(service, id, "linked", userId);
    await completeSignup(service, { userId, wabaId, phoneNumber });
    // A poll follows the signup; while it is under way nothing is undone anyway.
    await eventually(
      () => stored(_id),
      (one) => {
        const work = one?.work as { lease?: unknown; dueAt: Date } | undefined;
        return work?.lease === undefined && Number(work?.dueAt) > Date.now() + 60_000;
      },
    );
    expect((await undo(id)).out).toContain("was changed since");
    expect((await getIntegration(service, id, userId)).status).toBe("linked");
  });

  test("is finished when the process that undid was killed", async () => {
    const { _id, id, phoneNumber, userId } = await older(service);
    await apply(id);
    await untilStatus(service, id, "linked", userId);
    const record = await service.database.connection.collection("legacy_imports").findOne({ _id });
    await documents().replaceOne({ _id }, record?.former as Record<string, unknown>);
    expect((await undo(id)).out).toContain("is as it was");
    const held = service.database.connection.collection<{ _id: string }>("number_holds");
    expect(await held.findOne({ _id: phoneNumber })).toBeNull();
  });

  test("no token of an earlier service is anywhere once all is converted", async () => {
    await documents().deleteMany({ "registration.generation": { $exists: false } });
    const { id } = await older(service);
    await apply(id);
    expect(await dumpText(service.database)).not.toContain(PLANTED);
    expect(service.logText()).not.toContain(PLANTED);
  });
});
