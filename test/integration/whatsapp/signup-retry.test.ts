import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { newNumber, newUser, newWaba } from "../../support/numbers.ts";
import { issuesIn, problemIn } from "../../support/problems.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { completeSignup, untilStatus } from "../../support/signup.ts";

const PATH = "/whatsapp/signup/retry";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.close());

type Scenario = Parameters<TestService["simulator"]["twilio"]["setScenario"]>[1];

async function signUp(scenario: Scenario, status: "error" | "linked" = "error") {
  const plan = { userId: newUser(), phoneNumber: newNumber(), wabaId: newWaba() };
  service.simulator.twilio.setScenario(plan.phoneNumber, scenario);
  const signup = { ...plan, ...(await completeSignup(service, plan)) };
  await untilStatus(service, signup.integrationId, status, plan.userId);
  return signup;
}

type Signup = Awaited<ReturnType<typeof signUp>>;

function retry({ visitor, sessionId }: Pick<Signup, "visitor" | "sessionId">, body: object = {}) {
  return visitor.agent
    .post(PATH)
    .set("Origin", service.url)
    .send({ session: sessionId, ...body });
}

async function remedyOf({ visitor, sessionId }: Signup) {
  const { body } = await visitor.agent
    .get(`/whatsapp/signup/status?session=${sessionId}`)
    .set("Accept", "application/json");
  return (body as { remedy: string | null }).remedy;
}

describe("POST /whatsapp/signup/retry", () => {
  test("is for our own pages and the browser that signed up alone", async () => {
    const signup = await signUp({ kind: "name_refused" });
    const foreign = retry(signup).set("Origin", "https://evil.example");
    expect(problemIn(await foreign)).toBe("403 origin_not_allowed");
    const other = retry({ visitor: service.visitor(), sessionId: signup.sessionId });
    expect(problemIn(await other)).toBe("403 browser_mismatch");
    expect(problemIn(await retry({ ...signup, sessionId: "wss_x" }))).toBe("404 session_unknown");
    await untilStatus(service, signup.integrationId, "error", signup.userId);
  });

  test("registers a number whose name was refused under another one", async () => {
    const signup = await signUp({ kind: "name_refused" });
    expect(await remedyOf(signup)).toBe("name");
    const answer = await retry(signup, { displayName: "Padaria da Ana" });
    expect([answer.status, answer.body]).toEqual([
      202,
      expect.objectContaining({ success: true, kind: "working", remedy: null }),
    ]);
    await untilStatus(service, signup.integrationId, "linked", signup.userId);
  });

  test("tries again as it was where the customer has mended it elsewhere", async () => {
    const signup = await signUp({ kind: "offline", code: 63112 });
    expect(await remedyOf(signup)).toBe("retry");
    service.simulator.twilio.setScenario(signup.phoneNumber, { kind: "online" });
    await retry(signup).expect(202);
    await untilStatus(service, signup.integrationId, "linked", signup.userId);
  });

  test.each([
    ["that needs another signup", 63103, "connect"],
    ["that the operator has to mend", 63102, null],
  ] as const)("is not what the page offers for an error %s", async (_kind, code, remedy) => {
    expect(await remedyOf(await signUp({ kind: "refused", code }))).toBe(remedy);
  });

  test("refuses a name that cannot be one, and what is under way or done", async () => {
    const signup = await signUp({ kind: "name_refused" });
    const nameless = await retry(signup, { displayName: "\u200b" });
    expect(issuesIn(nameless)).toMatch(/^400 invalid_request: displayName /);
    const done = await signUp({ kind: "online" }, "linked");
    expect(problemIn(await retry(done))).toBe("409 not_in_state");
  });

  test("leaves a later signup of the number alone", async () => {
    const earlier = await signUp({ kind: "name_refused" });
    const { userId, phoneNumber, wabaId } = earlier;
    await completeSignup(service, { userId, phoneNumber, wabaId });
    const refused = await retry(earlier, { displayName: "Padaria da Ana" });
    expect(problemIn(refused)).toBe("409 not_in_state");
  });
});
