import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { newMobile, newNumber, newUser, newWaba } from "../../support/numbers.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import {
  completeSignup,
  createSession,
  getIntegration,
  untilStatus,
} from "../../support/signup.ts";
import { eventually } from "../../support/wait.ts";
import { ops } from "./run.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.close());

/** A number that ends as its last digits say, in the simulator. */
let refusals = 0;
async function refused() {
  refusals += 1;
  const phoneNumber = `+5511${98_000 + refusals}9914`;
  const plan = { userId: newUser(), wabaId: newWaba(), phoneNumber };
  const signup = await completeSignup(service, plan);
  const { registration } = await untilStatus(service, signup.integrationId, "error", plan.userId);
  expect(registration.error).toMatchObject({ code: "display_name_rejected" });
  return { ...plan, id: signup.integrationId, sessionId: signup.sessionId };
}

async function linked() {
  const plan = { userId: newUser(), wabaId: newWaba(), phoneNumber: newNumber() };
  const { integrationId: id, sessionId } = await completeSignup(service, plan);
  const { meta } = await untilStatus(service, id, "linked", plan.userId);
  return { ...plan, id, sessionId, meta };
}

interface FoundJson {
  kind: string;
  integrations: { integrationId: string; status: string; can: string[] }[];
  sessions: { sessionId: string }[];
}

async function found(term: string) {
  const { code, out } = await ops(service, "find", term, "--json");
  expect(code).toBe(0);
  return JSON.parse(out) as FoundJson;
}

const actionsOn = (log: Record<string, unknown>[]) =>
  log.filter(({ event }) => event === "operator_action");

describe("ops find", () => {
  test("finds by everything that support may have in hand", async () => {
    const { userId, wabaId, phoneNumber, id, sessionId, meta } = await linked();
    for (const [kind, term] of [
      ["number", phoneNumber],
      ["number", `whatsapp:${phoneNumber}`],
      ["owner", userId],
      ["waba", wabaId],
      ["id", id],
      ["session", sessionId],
      ["subaccount", meta.twilioSubaccountSid ?? ""],
      ["sender", meta.senderId ?? ""],
    ] as const) {
      const result = await found(term);
      expect({ term, kind: result.kind }).toEqual({ term, kind });
      expect(result.integrations).toMatchObject([{ integrationId: id, status: "linked" }]);
    }
  });

  test("finds a number in another spelling of its line, and every owner's", async () => {
    const { today, before } = newMobile();
    const one = await createSession(service, { userId: newUser(), phoneNumber: before });
    const two = await createSession(service, { userId: newUser(), phoneNumber: today });
    const { sessions, integrations } = await found(today);
    expect(integrations).toEqual([]);
    expect(sessions.map(({ sessionId }) => sessionId)).toEqual([two.sessionId, one.sessionId]);
  });

  test("says what is true, who acts and which command is next", async () => {
    const { phoneNumber, userId, id, sessionId } = await refused();
    const { out, code } = await ops(service, "find", phoneNumber);
    expect(code).toBe(0);
    expect(out).toContain(`${phoneNumber} of ${userId}, integration ${id}\n  error, step sender`);
    expect(out).toContain("waits for customer since ");
    expect(out).toContain("display_name_rejected: WhatsApp did not accept");
    expect(out).toContain("they said: create sender · HTTP 400 · 63124");
    expect(out).toContain("next: nothing by itself");
    expect(out).toContain(`npm run ops -- retry ${id} --reason "…"`);
    expect(out).toContain(`Signup ${sessionId} of ${userId}, ${phoneNumber}\n  completed`);
  });

  test("says so where there is nothing", async () => {
    const { code, out, warnings } = await ops(service, "find", newNumber());
    expect([code, out]).toEqual([0, ""]);
    expect(warnings).toEqual([expect.stringMatching(/^Warning: no number \+55/)]);
  });
});

describe("ops explain", () => {
  test("tells the whole story in order, with what Twilio said, and no secret", async () => {
    const { phoneNumber, id, sessionId } = await refused();
    const { out } = await ops(service, "explain", phoneNumber);
    const story = out.slice(out.indexOf("What happened"));
    const told = [
      `${sessionId}  the link was made`,
      `${sessionId}  the customer started in a browser`,
      `${sessionId}  the popup's result arrived`,
      `${id}  the popup's result arrived; step subaccount`,
      `${id}  a subaccount was made`,
      `${id}  it ended in an error; step sender; display_name_rejected`,
      "they said: create sender · HTTP 400 · 63124",
    ];
    const places = told.map((line) => story.indexOf(line));
    expect(places.every((place) => place > 0) ? "all told" : story).toBe("all told");
    expect(places).toEqual(places.toSorted((one, other) => one - other));
    expect(out).not.toMatch(/payload|browserHash|AUTH_JWT|a-test-secret|parent-token/);
  });
});

describe("ops list", () => {
  test("counts the states and lists what a filter holds for", async () => {
    const { id, phoneNumber } = await refused();
    const filter = ["--status", "error", "--code", "display_name_rejected", "--since", "1h"];
    const { out } = await ops(service, "list", ...filter, "--waiting-for", "customer");
    expect(out).toMatch(/^ +\d+ {2}error, sender, waits for customer, display_name_rejected\n/);
    expect(out).toContain(`${phoneNumber}  ${id}`);
    const { out: json } = await ops(service, "list", "--status", "linked", "--json");
    const { integrations } = JSON.parse(json) as FoundJson;
    expect(new Set(integrations.map(({ status }) => status))).toEqual(new Set(["linked"]));
  });

  test.each([
    [["--status", "broken"], "--status is one of pending, linked, error, disconnected."],
    [["--step", "x"], "--step is one of "],
    [["--code", "x"], 'No code "x".'],
    [["--since", "yesterday"], "--since is a time such as 30m, 6h or 2d."],
  ])("refuses %j", async (typed, message) => {
    const { code, warnings } = await ops(service, "list", ...typed);
    expect(code).toBe(2);
    expect(warnings[0]).toContain(message);
  });
});

describe("what the operator does", () => {
  test("retry starts it again and leaves the reason in log and history", async () => {
    const { id, userId } = await refused();
    const { code, out, log } = await ops(service, "retry", id, "--reason", "asked by phone");
    expect([code, out]).toEqual([0, expect.stringContaining("pending")]);
    expect(actionsOn(log)).toEqual([
      expect.objectContaining({
        action: "retry",
        integrationId: id,
        userId,
        reason: "asked by phone",
        phoneNumber: expect.stringContaining("•"),
      }),
    ]);
    const { registration } = await getIntegration(service, id, userId);
    expect(registration.history).toContainEqual(
      expect.objectContaining({ event: "retry_requested", reason: "asked by phone" }),
    );
  });

  test("recheck has the running service look at Twilio now", async () => {
    const { id, meta } = await linked();
    const polls = () =>
      service.simulator.twilio.requests().filter(({ operation, account }) => {
        return operation === "senders.list" && account === meta.twilioSubaccountSid;
      }).length;
    const before = polls();
    expect((await ops(service, "recheck", id)).code).toBe(0);
    await eventually(
      () => Promise.resolve(polls()),
      (count) => count > before,
    );
  });

  test("disconnect takes the number out, and the owner reads why", async () => {
    const { id, userId } = await linked();
    expect((await ops(service, "disconnect", id, "--reason", "account closed")).code).toBe(0);
    const { registration } = await untilStatus(service, id, "disconnected", userId);
    expect(registration.history).toContainEqual(
      expect.objectContaining({ event: "disconnect_requested", reason: "account closed" }),
    );
  });

  test("release lets another browser start, revoke ends the link", async () => {
    const plan = { userId: newUser(), phoneNumber: newNumber() };
    const { sessionId, signupUrl } = await createSession(service, plan);
    const [first, second] = [service.visitor(), service.visitor()];
    await first.start(await first.open(signupUrl)).expect(200);
    await second.start(await second.open(signupUrl)).expect(409);
    const released = await ops(service, "release", sessionId, "--reason", "other phone");
    expect([released.code, actionsOn(released.log).length]).toEqual([0, 1]);
    await second.start(await second.open(signupUrl)).expect(200);
    const revoked = await ops(service, "revoke", sessionId, "--reason", "wrong person");
    expect([revoked.code, actionsOn(revoked.log).length]).toEqual([0, 1]);
    await second.start(await second.open(signupUrl)).expect(410);
  });

  test.each(["retry", "disconnect", "release", "revoke"])("%s wants a reason", async (command) => {
    const { code, warnings } = await ops(service, command, "6b0a1b7ba9ae78d841f18d18");
    expect(code).toBe(2);
    expect(warnings[0]).toContain("--reason is missing");
  });

  test.each([
    ["retry", "6b0a1b7ba9ae78d841f18d18", "no integration"],
    ["retry", "nonsense", "no integration nonsense"],
    ["recheck", "6b0a1b7ba9ae78d841f18d18", "no integration"],
    ["recheck", "+5511987654321", "“find NUMBER” tells the id"],
    ["disconnect", "6b0a1b7ba9ae78d841f18d18", "no integration"],
    ["release", "wss_0", "no session wss_0"],
  ])("%s of %s says that there is none", async (command, id, message) => {
    const { code, warnings } = await ops(service, command, id, "--reason", "x");
    expect([code, warnings[0]]).toEqual([1, expect.stringContaining(message)]);
  });
});
