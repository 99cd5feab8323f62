import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { newNumber, newUser } from "../../support/numbers.ts";
import { problemIn } from "../../support/problems.ts";
import { FRONTEND_URL, startTestService, type TestService } from "../../support/service.ts";
import { createSession } from "../../support/signup.ts";
import { integrations, startedSession, storedSession, target } from "./callback.ts";

const DASHBOARD = `${FRONTEND_URL}/dashboard/integrations/connect/whatsapp`;

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ env: { WORKER_ENABLED: "false" } });
});
afterAll(() => service.close());

describe("the failure form of the callback", () => {
  test.each([
    ["access_denied", "signup_cancelled", "cancelled"],
    ["user_cancelled", "signup_cancelled", "cancelled"],
    ["popup_closed", "signup_cancelled", "cancelled"],
    ["consent declined", "signup_cancelled", "cancelled"],
    ["cancelled_by_user", "signup_cancelled", "cancelled"],
    ["connection_closed", "signup_failed", "failed"],
    ["request_aborted", "signup_failed", "failed"],
    ["popup_blocked", "signup_failed", "failed"],
    ["sdk_load_cancelled", "signup_failed", "failed"],
    ["server_error", "signup_failed", "failed"],
    ["<script>", "signup_failed", "failed"],
    ["coexistence_unsupported", "coexistence_unsupported", "failed"],
  ])("%s is %s", async (error, code, status) => {
    const { visitor, payload, sessionId } = await startedSession(service);
    const response = await visitor.callback({ payload, error, error_description: "In words" });
    expect(response.status).toBe(303);
    expect(target(response.headers.location)).toEqual({
      to: `${DASHBOARD}/error`,
      parameters: { code, msg: expect.any(String), sessionId },
    });
    const stored = await storedSession(service, sessionId);
    expect(stored.status).toBe(status);
    expect(stored.timeline.at(-1)).toMatchObject({
      event: status,
      data: { error, description: "In words" },
    });
  });

  test("answers a program with the code's problem", async () => {
    const answers: string[] = [];
    for (const error of ["access_denied", "server_error", "coexistence_unsupported"]) {
      const { visitor, payload } = await startedSession(service);
      answers.push(problemIn(await visitor.postCallback({ payload, error })));
    }
    expect(answers).toEqual([
      "400 signup_cancelled",
      "400 signup_failed",
      "409 coexistence_unsupported",
    ]);
  });

  test("counts also where values of a success came with it", async () => {
    const { visitor, values, sessionId, userId } = await startedSession(service);
    const response = await visitor.postCallback({ ...values, error: "server_error" });
    expect(problemIn(response)).toBe("400 signup_failed");
    expect(await storedSession(service, sessionId)).toMatchObject({ status: "failed" });
    expect(await integrations(service).countDocuments({ userId })).toBe(0);
  });

  test("lets the same browser start again and finish", async () => {
    const { visitor, values, payload, sessionId } = await startedSession(service);
    await visitor.callback({ payload, error: "access_denied" }).expect(303);
    await visitor.callback({ payload, error: "server_error" }).expect(303);
    await visitor.start(payload).expect(200);
    await visitor.postCallback(values).expect(200);
    expect(await storedSession(service, sessionId)).toMatchObject({ status: "completed" });
  });

  test("does not keep a late success of the same browser out", async () => {
    const { visitor, values, payload } = await startedSession(service);
    await visitor.callback({ payload, error: "access_denied" }).expect(303);
    expect((await visitor.postCallback(values)).status).toBe(200);
  });

  test("is open to the owner of a session that no browser has started", async () => {
    const userId = newUser();
    const session = await createSession(service, { userId, phoneNumber: newNumber() });
    const payload = new URL(session.signupUrl).searchParams.get("payload") ?? "";
    const response = await service
      .visitor()
      .postCallback({ payload, error: "access_denied" })
      .set("Authorization", await service.bearer(userId));
    expect(problemIn(response)).toBe("400 signup_cancelled");
    expect(await storedSession(service, session.sessionId)).toMatchObject({ status: "cancelled" });
  });
});
