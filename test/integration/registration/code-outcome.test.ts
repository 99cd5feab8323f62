import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { occupy } from "../../support/occupy.ts";
import type { RateLimit } from "../../../src/limits/shared-counter.ts";
import type { Integration } from "../../../src/integrations/integration.ts";
import { onlineStep } from "../../../src/registration/steps/online.ts";
import { openTestDatabase } from "../../support/database.ts";
import { newNumber, newUser, newWaba } from "../../support/numbers.ts";
import { problemIn } from "../../support/problems.ts";
import { registrationBench, takenCallback } from "../../support/registration.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { completeSignup, getIntegration, untilStatus } from "../../support/signup.ts";
import { eventually } from "../../support/wait.ts";

const CODE = "482913";

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ env: { LINKED_CHECK_INTERVAL_MS: "200" } });
});
afterAll(() => service.close());

const counters = () => service.database.connection.collection<RateLimit>("rate_limits");
const documents = () => service.database.connection.collection<Integration>("integrations");

async function post({ userId, id }: { userId: string; id: string }, path: string, body: object) {
  return service.http
    .post(`/whatsapp/integrations/${id}/${path}`)
    .set("Authorization", await service.bearer(userId))
    .send(body);
}

async function connect(kind: "code" | "online") {
  const [userId, phoneNumber] = [newUser(), newNumber()];
  if (kind === "code") service.simulator.twilio.setScenario(phoneNumber, { kind, code: CODE });
  const { integrationId: id } = await completeSignup(service, {
    userId,
    phoneNumber,
    wabaId: newWaba(),
    session: { phoneNumberType: "byo" },
  });
  return { userId, id, phoneNumber };
}

async function untilCodeIsDue() {
  const signup = await connect("code");
  const { meta } = await eventually(
    () => getIntegration(service, signup.id, signup.userId),
    ({ registration }) => registration.waitingFor === "customer",
  );
  return { ...signup, senderId: meta.senderId ?? "" };
}

describe("while the outcome of a code is unknown", () => {
  test("the next one is busy, and so is a request for a new one; silence counts as wrong", async () => {
    const signup = await untilCodeIsDue();
    expect((await post(signup, "verification", { code: "000000" })).status).toBe(202);
    service.simulator.twilio.setSender(signup.senderId, { status: "VERIFYING" });
    await eventually(
      () => getIntegration(service, signup.id, signup.userId),
      ({ registration }) => registration.senderStatus === "VERIFYING",
    );
    const shown = await getIntegration(service, signup.id, signup.userId);
    expect(shown).toMatchObject({
      status: "pending",
      registration: { step: "verification", waitingFor: "twilio", error: null },
    });
    const updates = () =>
      service.simulator.twilio.requests().filter(({ operation }) => operation === "senders.update")
        .length;
    const before = updates();
    const next = await post(signup, "verification", { code: CODE });
    expect(problemIn(next)).toBe("409 busy");
    expect(Number(next.headers["retry-after"])).toBeGreaterThanOrEqual(1);
    expect(Number(next.headers["retry-after"])).toBeLessThanOrEqual(15);
    const again = await post(signup, "verification/resend", { method: "sms" });
    expect(problemIn(again)).toBe("409 busy");
    expect(updates()).toBe(before);
    const told = await eventually(
      () => getIntegration(service, signup.id, signup.userId),
      ({ registration }) => registration.error !== null,
      40_000,
    );
    expect(told.registration).toMatchObject({
      step: "verification",
      senderStatus: "VERIFYING",
      waitingFor: "customer",
      error: { code: "verification_code_wrong" },
    });
    service.simulator.twilio.setSender(signup.senderId, { status: "PENDING_VERIFICATION" });
    expect((await post(signup, "verification", { code: CODE })).status).toBe(202);
    await untilStatus(service, signup.id, "linked", signup.userId);
  });

  test("one look at Twilio's question is not enough: two have to be 3 s apart", async () => {
    const signup = await untilCodeIsDue();
    expect((await post(signup, "verification", { code: "000000" })).status).toBe(202);
    const { registration } = await eventually(
      async () => {
        const found = await documents().findOne({ userId: signup.userId });
        if (!found) throw new Error("the integration is gone");
        return found;
      },
      (found) => found.registration.verification?.seenAt !== undefined,
    );
    const seenAt = registration.verification?.seenAt?.getTime() ?? 0;
    expect(problemIn(await post(signup, "verification", { code: CODE }))).toBe("409 busy");
    const told = await eventually(
      () => documents().findOne({ userId: signup.userId }),
      (found) => found?.registration.error?.code === "verification_code_wrong",
    );
    const failed = told?.registration.history.findLast(
      ({ event }) => event === "registration_failed",
    );
    expect(failed?.at.getTime()).toBeGreaterThanOrEqual(seenAt + 3_000);
    expect(told?.registration.verification?.submittedAt).toBeUndefined();
  });

  test("the same customer's next signup does not end the wait", async () => {
    const { userId, id, phoneNumber } = await untilCodeIsDue();
    const wabaId = (await getIntegration(service, id, userId)).meta.wabaId ?? "";
    expect((await post({ userId, id }, "verification", { code: "000000" })).status).toBe(202);
    await completeSignup(service, {
      userId,
      phoneNumber,
      wabaId,
      session: { phoneNumberType: "byo" },
    });
    const found = await documents().findOne({ userId });
    expect(found?.registration.generation).toBe(2);
    expect(found?.registration.verification?.submittedAt).toBeInstanceOf(Date);
  });
});

describe("a code is taken from the moment that Twilio's question shows", () => {
  test("status and step are one write, however the registration comes there", async () => {
    const database = await openTestDatabase();
    try {
      const bench = registrationBench(database);
      const { integration } = await bench.upsert.apply(takenCallback());
      bench.senders.add("XE1", integration.externalId);
      for (const sender of bench.senders.senders) sender.status = "PENDING_VERIFICATION";
      const work = await bench.work(integration, {
        "meta.twilioSubaccountSid": `AC${"1".repeat(32)}`,
        "meta.senderId": "XE1",
        "registration.step": "online",
        "registration.senderStatus": "CREATING",
      });
      const seen: unknown[] = [];
      const write = work.claim.write.bind(work.claim);
      work.claim.write = async (...given) => {
        await write(...given);
        const { senderStatus, step, waitingFor } = work.claim.registration;
        seen.push([senderStatus, step, waitingFor].join(" "));
      };
      await onlineStep(work);
      expect([...new Set(seen)]).toEqual(["PENDING_VERIFICATION verification customer"]);
    } finally {
      await database.close();
    }
  });

  test("also when a number that was linked has to be verified again", async () => {
    const { userId, id } = await connect("online");
    await eventually(
      () => getIntegration(service, id, userId),
      ({ registration }) => registration.step === "verification",
    );
    await post({ userId, id }, "verification", { code: "123456" });
    const { meta } = await untilStatus(service, id, "linked", userId);
    service.simulator.twilio.setSender(meta.senderId ?? "", { status: "PENDING_VERIFICATION" });
    const shown = await eventually(
      () => getIntegration(service, id, userId),
      ({ registration }) => registration.senderStatus === "PENDING_VERIFICATION",
    );
    expect(shown).toMatchObject({ status: "pending", registration: { step: "verification" } });
    expect((await post({ userId, id }, "verification", { code: "123456" })).status).toBe(202);
  });

  test.each(["verification", "verification/resend"])(
    "%s waits for the look that is under way and judges what it found",
    async (path) => {
      const { userId, id, phoneNumber } = await untilCodeIsDue();
      const { work } = (await documents().findOne({ userId })) ?? {};
      const lease = {
        owner: "another",
        token: "its-own",
        until: new Date(Date.now() + 60_000),
        claimedAt: new Date(),
      };
      const set = (fields: object) => documents().updateOne({ userId }, { $set: fields });
      await eventually(
        () => documents().findOne({ userId }),
        (found) => found?.work.lease === undefined,
      );
      await set({
        "registration.step": "online",
        "registration.senderStatus": "CREATING",
        "work.lease": lease,
        "work.dueAt": lease.until,
      });
      const body = path === "verification" ? { code: CODE } : { method: "voice" };
      const asked = post({ userId, id }, path, body);
      // Started and asked for: what comes next in the request is the look at the integration.
      await eventually(
        () => counters().findOne({ _id: `line:${phoneNumber}` }),
        (counter) => counter?.count === 2,
      );
      const early = await Promise.race([asked, getIntegration(service, id, userId)]);
      expect(early).toMatchObject({ registration: { step: "online" } });
      await documents().updateOne(
        { userId },
        {
          $set: {
            "registration.step": "verification",
            "registration.senderStatus": "PENDING_VERIFICATION",
            "work.dueAt": work?.dueAt ?? new Date(),
          },
          $unset: { "work.lease": 1 },
        },
      );
      expect((await asked).status).toBe(202);
    },
  );

  test("a look that does not end is told as busy, which may be tried again", async () => {
    const { userId, id } = await untilCodeIsDue();
    await occupy(service.database.connection, { userId });
    expect(problemIn(await post({ userId, id }, "verification", { code: CODE }))).toBe("409 busy");
  });
});
