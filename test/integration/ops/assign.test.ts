import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { newMobile, newNumber, newUser, newWaba } from "../../support/numbers.ts";
import { PARENT_SID, startTestService, type TestService } from "../../support/service.ts";
import { completeSignup, createSession, untilStatus } from "../../support/signup.ts";
import { ops } from "./run.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.close());

const assignments = () =>
  service.database.connection.collection<{ _id: string; userId: string; foundIn?: string }>(
    "number_assignments",
  );
const accountOf = (phoneNumber: string) =>
  service.simulator.twilio.state().numbers.find((number) => number.phoneNumber === phoneNumber)
    ?.accountSid;

/** An owner whose registration waits for a number that the parent account has. */
async function waiting(phoneNumber: string, atTwilio = phoneNumber) {
  service.simulator.twilio.seedNumber({ phoneNumber: atTwilio });
  const plan = { userId: newUser(), wabaId: newWaba(), phoneNumber };
  const { integrationId } = await completeSignup(service, plan);
  const { registration } = await untilStatus(service, integrationId, "error", plan.userId);
  expect(registration.error).toMatchObject({ code: "number_not_assigned", actor: "operator" });
  return { ...plan, integrationId };
}

const retry = async (userId: string, id: string) =>
  service.http
    .post(`/whatsapp/integrations/${id}/retry`)
    .set("Authorization", await service.bearer(userId))
    .expect(202);

describe("ops assign", () => {
  test("lets what waited for it go on, in any spelling of the line", async () => {
    const { today, before } = newMobile();
    const { userId, integrationId } = await waiting(before, today);
    const { code, out, warnings } = await ops(service, "assign", today, "--user", userId);
    expect({ code, warnings }).toEqual({ code: 0, warnings: [] });
    expect(out).toBe(
      `${today} is assigned to ${userId}.\nIntegration ${integrationId} waited for it and goes on.\n`,
    );
    const { meta, registration } = await untilStatus(service, integrationId, "linked", userId);
    expect(accountOf(today)).toBe(meta.twilioSubaccountSid);
    expect(registration.history.map(({ event }) => event)).toContain("retry_requested");
    expect(await assignments().findOne({ _id: today })).toMatchObject({
      userId,
      foundIn: PARENT_SID,
    });
  });

  test("restarts nothing of another owner, another line or another cause", async () => {
    const [phoneNumber, userId] = [newNumber(), newUser()];
    const other = await waiting(phoneNumber);
    const elsewhere = await waiting(newNumber());
    const plan = { userId, wabaId: newWaba(), phoneNumber };
    const nameless = await completeSignup(service, {
      ...plan,
      session: { displayName: undefined },
      claims: { phone_numbers: [phoneNumber] },
    });
    await untilStatus(service, nameless.integrationId, "error", userId);
    const { code, out } = await ops(service, "assign", phoneNumber, "--user", userId);
    expect({ code, out }).toEqual({ code: 0, out: `${phoneNumber} is assigned to ${userId}.\n` });
    for (const { integrationId, userId: owner } of [other, elsewhere]) {
      await untilStatus(service, integrationId, "error", owner);
    }
  });

  test("leaves a line about the number and one about the deed, masked, with the reason", async () => {
    const { userId, phoneNumber } = await waiting(newNumber());
    const reason = "Ticket 4711";
    await ops(service, "assign", phoneNumber, "--user", "somebody", "--new-owner");
    const typed = ["assign", phoneNumber, "--user", userId, "--reason", reason];
    const { log, logText, out } = await ops(service, ...typed);
    const masked = `${phoneNumber.slice(0, 5)}•••••${phoneNumber.slice(-4)}`;
    expect(log).toContainEqual(
      expect.objectContaining({
        event: "number_assigned",
        level: "info",
        phoneNumber: masked,
        userId,
        formerUserId: "somebody",
        foundIn: PARENT_SID,
      }),
    );
    expect(log).toContainEqual(
      expect.objectContaining({
        event: "operator_action",
        action: "assign",
        phoneNumber: masked,
        userId,
        reason,
      }),
    );
    expect(logText).not.toContain(phoneNumber.slice(1));
    expect(out).toContain("It was somebody's");
  });

  test("refuses an owner whom nobody has seen, unless told that it is new", async () => {
    const [phoneNumber, userId] = [newNumber(), newUser()];
    service.simulator.twilio.seedNumber({ phoneNumber });
    const refused = await ops(service, "assign", phoneNumber, "--user", userId);
    expect(refused).toMatchObject({ code: 1, out: "" });
    expect(refused.warnings.join()).toContain("--new-owner");
    expect(refused.log.filter(({ event }) => event === "number_assigned")).toEqual([]);
    expect(await assignments().findOne({ _id: phoneNumber })).toBeNull();
    const told = await ops(service, "assign", phoneNumber, "--user", userId, "--new-owner");
    expect(told.code).toBe(0);
    expect(await assignments().findOne({ _id: phoneNumber })).toMatchObject({ userId });
  });

  test("knows an owner by a session alone, and by an integration alone", async () => {
    const [bySession, byIntegration] = [newUser(), newUser()];
    await createSession(service, { userId: bySession });
    await completeSignup(service, {
      userId: byIntegration,
      wabaId: newWaba(),
      phoneNumber: newNumber(),
    });
    await service.database.connection
      .collection("signup_sessions")
      .deleteMany({ userId: byIntegration });
    for (const userId of [bySession, byIntegration]) {
      expect((await ops(service, "assign", newNumber(), "--user", userId)).code).toBe(0);
    }
  });

  test("warns where the number is in no account of ours", async () => {
    const userId = newUser();
    const [phoneNumber, inSubaccount] = [newNumber(), newNumber()];
    const { integrationId } = await completeSignup(service, {
      userId,
      wabaId: newWaba(),
      phoneNumber: newNumber(),
    });
    const { meta } = await untilStatus(service, integrationId, "linked", userId);
    const accountSid = meta.twilioSubaccountSid ?? "";
    service.simulator.twilio.seedNumber({ phoneNumber: inSubaccount, accountSid });
    const nowhere = await ops(service, "assign", phoneNumber, "--user", userId);
    expect(nowhere.code).toBe(0);
    expect(nowhere.warnings).toEqual([expect.stringContaining("is in no account of yours")]);
    const found = await ops(service, "assign", inSubaccount, "--user", userId);
    expect(found.warnings).toEqual([]);
    expect(await assignments().findOne({ _id: inSubaccount })).toMatchObject({
      foundIn: accountSid,
    });
  });

  test("says that it could not look where Twilio does not answer, and assigns all the same", async () => {
    const { userId, phoneNumber, integrationId } = await waiting(newNumber());
    service.simulator.twilio.addFault({
      operation: "numbers.list",
      kind: "error",
      status: 503,
      match: encodeURIComponent(phoneNumber),
    });
    const { code, warnings } = await ops(service, "assign", phoneNumber, "--user", userId);
    expect(code).toBe(0);
    expect(warnings).toEqual([expect.stringContaining("could not be looked for")]);
    await untilStatus(service, integrationId, "linked", userId);
  });
});

describe("while the operator has assigned a number", () => {
  test("an older session whose token names it does not get it; unassigned, it does", async () => {
    const [phoneNumber, userId] = [newNumber(), newUser()];
    service.simulator.twilio.seedNumber({ phoneNumber });
    const claims = { phone_numbers: [phoneNumber] };
    const plan = { userId, wabaId: newWaba(), phoneNumber, claims };
    const session = await createSession(service, plan);
    const told = await ops(service, "assign", phoneNumber, "--user", "another", "--new-owner");
    expect(told.code).toBe(0);
    const visitor = service.visitor();
    const payload = await visitor.open(session.signupUrl);
    await visitor.start(payload).expect(200);
    const answer = await visitor.postCallback({
      payload,
      WhatsAppBusinessAccountId: plan.wabaId,
    });
    const { integrationId } = answer.body as { integrationId: string };
    const { registration } = await untilStatus(service, integrationId, "error", userId);
    expect(registration.error?.code).toBe("number_not_assigned");
    expect(accountOf(phoneNumber)).toBe(PARENT_SID);
    const undone = await ops(service, "unassign", phoneNumber, "--reason", "a slip");
    expect(undone).toMatchObject({
      code: 0,
      out: `${phoneNumber} is no longer assigned to another.\n`,
    });
    expect(undone.log).toContainEqual(
      expect.objectContaining({
        event: "operator_action",
        action: "unassign",
        userId: "another",
        reason: "a slip",
      }),
    );
    await retry(userId, integrationId);
    await untilStatus(service, integrationId, "linked", userId);
  });

  test("it follows its word out of a subaccount in which nobody uses it", async () => {
    const [former, userId, phoneNumber] = [newUser(), newUser(), newNumber()];
    const first = await completeSignup(service, {
      userId: former,
      wabaId: newWaba(),
      phoneNumber: newNumber(),
    });
    const { meta } = await untilStatus(service, first.integrationId, "linked", former);
    const accountSid = meta.twilioSubaccountSid ?? "";
    service.simulator.twilio.seedNumber({ phoneNumber, accountSid });
    const { sid } = service.simulator.twilio.seedSender({
      accountSid,
      phoneNumber,
      wabaId: meta.wabaId ?? "",
    });
    await ops(service, "assign", phoneNumber, "--user", userId, "--new-owner");
    const plan = { userId, wabaId: newWaba(), phoneNumber };
    const { integrationId } = await completeSignup(service, plan);
    const used = await untilStatus(service, integrationId, "error", userId);
    expect(used.registration.error?.code).toBe("number_not_assigned");
    expect(accountOf(phoneNumber)).toBe(accountSid);
    service.simulator.twilio.removeSender(sid);
    await retry(userId, integrationId);
    const linked = await untilStatus(service, integrationId, "linked", userId);
    expect(accountOf(phoneNumber)).toBe(linked.meta.twilioSubaccountSid);
  });
});

describe("ops", () => {
  test("unassign says where nothing was assigned", async () => {
    const phoneNumber = newNumber();
    const { code, out, warnings, log } = await ops(service, "unassign", phoneNumber);
    expect({ code, out }).toEqual({ code: 0, out: "" });
    expect(warnings).toEqual([`Warning: ${phoneNumber} was not assigned to anybody.`]);
    expect(log.filter(({ event }) => event === "operator_action")).toEqual([]);
  });

  test.each([
    [[], "Which command?"],
    [["toString"], 'No command "toString".'],
    [["assign"], "The phone number is missing."],
    [["assign", "12"], "12 is not a phone number in E.164."],
    [["assign", "+5511987654321"], "--user is missing"],
    [["assign", "+5511987654321", "--owner", "x"], "--owner"],
    [["unassign"], "The phone number is missing."],
  ])("%j is a mistake in the command", async (typed, message) => {
    const { code, out, warnings } = await ops(service, ...typed);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(warnings.join("\n")).toContain(message);
    expect(warnings.join("\n")).toContain("npm run ops -- assign NUMBER --user OWNER");
    expect(warnings.join("\n")).toContain("npm run ops -- unassign NUMBER");
  });
});
