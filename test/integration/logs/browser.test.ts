import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { newNumber } from "../../support/numbers.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { createSession } from "../../support/signup.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ env: { WORKER_ENABLED: "false" } });
});
afterAll(() => service.close());

/** A session that a browser has started. */
async function started() {
  const session = await createSession(service, { phoneNumber: newNumber() });
  const visitor = service.visitor();
  const payload = await visitor.open(session.signupUrl);
  await visitor.start(payload).expect(200);
  return { ...session, visitor, payload };
}

const linesOf = (sessionId: string, event: string) =>
  service.log.filter((line) => line.event === event && line.sessionId === sessionId);

describe("a session's own browser", () => {
  test("fills no log with ends, however often a browser changes its mind", async () => {
    const { visitor, payload, sessionId } = await started();
    for (let reports = 0; reports < 100; reports += 1) await visitor.report(payload, "STEP");
    for (const event of ["ERROR", "CANCEL", "ERROR", "CANCEL"]) {
      await visitor.report(payload, event).expect(204);
    }
    await visitor.start(payload).expect(200);
    await visitor.report(payload, "PAGE_SDK_MISSING").expect(204);
    expect(linesOf(sessionId, "signup_session_ended")).toEqual([
      expect.objectContaining({ status: "failed", cause: "ERROR" }),
      expect.objectContaining({ status: "failed", cause: "PAGE_SDK_MISSING" }),
    ]);
  });

  test("fills no log with starts and ends one after the other", async () => {
    const { visitor, payload, sessionId } = await started();
    for (let rounds = 0; rounds < 70; rounds += 1) {
      await visitor.callback({ payload, error: "server_error" });
      await visitor.start(payload).expect(200);
    }
    expect(linesOf(sessionId, "signup_opened")).toHaveLength(30);
    expect(linesOf(sessionId, "signup_session_ended")).toHaveLength(29);
  });

  test("logs no number that a browser calls its event", async () => {
    const { visitor, payload, sessionId } = await started();
    await visitor.report(payload, "code_482913_5511987654321").expect(204);
    expect(linesOf(sessionId, "signup_event")).toEqual([
      expect.objectContaining({ signupEvent: "code_…_…" }),
    ]);
  });
});
