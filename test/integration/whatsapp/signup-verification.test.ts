import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { dumpText } from "../../support/dump.ts";
import { newNumber, newUser, newWaba } from "../../support/numbers.ts";
import { issuesIn, problemIn } from "../../support/problems.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { completeSignup, untilStatus } from "../../support/signup.ts";
import { eventually } from "../../support/wait.ts";
import type { Visitor } from "../../support/visitor.ts";

const CODE = "739164";
const PATH = "/whatsapp/signup/verification";

interface Status {
  kind: string;
  title: string;
  paragraphs: string[];
  code: { due: boolean; resend: boolean };
}

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.close());

async function connect(session: Record<string, unknown> = {}) {
  const plan = { userId: newUser(), phoneNumber: newNumber(), wabaId: newWaba(), session };
  service.simulator.twilio.setScenario(plan.phoneNumber, { kind: "code", code: CODE });
  return { ...plan, ...(await completeSignup(service, plan)) };
}

async function statusOf({ visitor, sessionId }: { visitor: Visitor; sessionId: string }) {
  const answer = await visitor.agent
    .get(`/whatsapp/signup/status?session=${sessionId}`)
    .set("Accept", "application/json");
  return answer.body as Status;
}

/** A signup whose customer has been sent a code. */
async function awaitingCode() {
  const signup = await connect({ phoneNumberType: "byo" });
  await eventually(
    () => statusOf(signup),
    ({ code }) => code.due,
  );
  return signup;
}

function send({ visitor }: { visitor: Visitor }, path: string, body: object, origin = service.url) {
  return visitor.agent.post(path).set("Origin", origin).send(body);
}

/** What Twilio was told about senders. */
const updates = () =>
  service.simulator.twilio.requests().filter(({ operation }) => operation === "senders.update");

describe("POST /whatsapp/signup/verification", () => {
  test("takes the code from the browser that signed up, and keeps it nowhere", async () => {
    const signup = await awaitingCode();
    const { sessionId, integrationId, userId } = signup;
    const answer = await send(signup, PATH, { session: sessionId, code: "739-164" });
    expect([answer.status, answer.headers["cache-control"]]).toEqual([202, "no-store"]);
    expect(answer.body).toMatchObject({ success: true, sessionId, code: { due: false } });
    await untilStatus(service, integrationId, "linked", userId);
    expect((await statusOf(signup)).kind).toBe("connected");
    expect(service.logText()).not.toContain(CODE);
    expect(await dumpText(service.database)).not.toContain(CODE);
  });

  test("tells of a wrong code and takes a right one after it", async () => {
    const signup = await awaitingCode();
    const { sessionId, integrationId, userId } = signup;
    await send(signup, PATH, { session: sessionId, code: "000000" }).expect(202);
    const told = await eventually(
      () => statusOf(signup),
      ({ paragraphs }) => paragraphs.join(" ").includes("verification_code_wrong"),
    );
    expect(told).toMatchObject({ kind: "code", code: { due: true, resend: true } });
    await send(signup, PATH, { session: sessionId, code: CODE }).expect(202);
    await untilStatus(service, integrationId, "linked", userId);
  });

  test("is refused to other browsers, other origins and other forms, and then calls nobody", async () => {
    const signup = await awaitingCode();
    const body = { session: signup.sessionId, code: CODE };
    const stranger = { visitor: service.visitor() };
    const neighbour = await connect();
    const before = updates().length;
    expect(problemIn(await send(stranger, PATH, body))).toBe("403 browser_mismatch");
    expect(problemIn(await send(neighbour, PATH, body))).toBe("403 browser_mismatch");
    expect(problemIn(await send(signup, PATH, body, "https://evil.example"))).toBe(
      "403 origin_not_allowed",
    );
    const crossSite = await signup.visitor.agent
      .post(PATH)
      .set("Sec-Fetch-Site", "cross-site")
      .send(body);
    expect(problemIn(crossSite)).toBe("403 origin_not_allowed");
    const form = await signup.visitor.agent
      .post(PATH)
      .set("Origin", service.url)
      .type("form")
      .send(body);
    expect(issuesIn(form)).toBe("400 invalid_request: not_json");
    expect(updates().length).toBe(before);
    expect((await statusOf(signup)).code.due).toBe(true);
  });

  test.each([
    [{}, "code invalid_type, session invalid_type"],
    [{ session: "", code: CODE }, "session too_small"],
    [{ session: "x", code: "12a4" }, "code invalid_format"],
    [{ session: "x", code: { $ne: "" } }, "code invalid_type"],
    [{ session: "x", code: CODE, userId: "y" }, "unrecognized_keys"],
  ])("refuses %j", async (body, issues) => {
    const answer = await send({ visitor: service.visitor() }, PATH, body);
    expect(issuesIn(answer)).toBe(`400 invalid_request: ${issues}`);
  });

  test("knows no session that is not there, and takes no code that is not due", async () => {
    const signup = await awaitingCode();
    expect(problemIn(await send(signup, PATH, { session: "wss_x", code: CODE }))).toBe(
      "404 session_unknown",
    );
    const body = { session: signup.sessionId, code: CODE };
    await send(signup, PATH, body).expect(202);
    await untilStatus(service, signup.integrationId, "linked", signup.userId);
    expect(problemIn(await send(signup, PATH, body))).toBe("409 not_in_state");
  });

  test("is not taken from the browser of an earlier signup of the number", async () => {
    const { userId, phoneNumber, wabaId, ...earlier } = await awaitingCode();
    const later = { userId, phoneNumber, wabaId };
    await completeSignup(service, later);
    const answer = await send(earlier, PATH, { session: earlier.sessionId, code: CODE });
    expect(problemIn(answer)).toBe("409 not_in_state");
  });
});

describe("POST /whatsapp/signup/verification/resend", () => {
  test("has another code sent by call, not twice within a minute", async () => {
    const signup = await awaitingCode();
    const body = { session: signup.sessionId, method: "voice" };
    expect((await send(signup, `${PATH}/resend`, body)).status).toBe(202);
    const again = await send(signup, `${PATH}/resend`, { ...body, method: "sms" });
    expect(problemIn(again)).toBe("429 rate_limited");
    expect(again.headers["retry-after"]).toMatch(/^\d+$/);
    expect(updates().at(-1)?.body).toEqual({ configuration: { verification_method: "voice" } });
  });

  test("is refused to other browsers, other origins and for other methods", async () => {
    const signup = await awaitingCode();
    const body = { session: signup.sessionId, method: "sms" };
    const path = `${PATH}/resend`;
    expect(problemIn(await send({ visitor: service.visitor() }, path, body))).toBe(
      "403 browser_mismatch",
    );
    expect(problemIn(await send(signup, path, body, "https://evil.example"))).toBe(
      "403 origin_not_allowed",
    );
    expect(issuesIn(await send(signup, path, { ...body, method: "email" }))).toBe(
      "400 invalid_request: method invalid_value",
    );
  });
});
