import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { newNumber, newUser, newWaba } from "../../support/numbers.ts";
import { issuesIn, problemIn } from "../../support/problems.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { completeSignup, untilStatus } from "../../support/signup.ts";
import { mentions, untilErased } from "../ops/owner-with-everything.ts";

const TOKEN = "a-token-of-privacy-with-32-bytes-and-more";

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ env: { OPS_TOKEN: `dpo:${TOKEN}` } });
});
afterAll(() => service.close());

const get = (path: string) => service.http.get(path).set("Authorization", `Bearer ${TOKEN}`);
const erase = (body: object) =>
  service.http.post("/ops/erase").set("Authorization", `Bearer ${TOKEN}`).send(body);

async function linked() {
  const plan = { userId: newUser(), wabaId: newWaba(), phoneNumber: newNumber() };
  const { integrationId: id } = await completeSignup(service, plan);
  await untilStatus(service, id, "linked", plan.userId);
  return { ...plan, id };
}

describe("an owner's data over HTTP", () => {
  test.each([
    ["post", "/ops/erase"],
    ["get", "/ops/export?userId=1"],
  ] as const)("%s %s is the operator's alone", async (method, path) => {
    const ofOwner = await service.bearer(newUser());
    for (const authorization of [undefined, ofOwner, "Bearer nonsense"]) {
      const request = service.http[method](path);
      if (authorization) void request.set("Authorization", authorization);
      expect(problemIn(await request)).toBe("401 unauthenticated");
    }
  });

  test("is exported, and the log names the token", async () => {
    const { userId, id, phoneNumber } = await linked();
    const { body, headers } = await get(`/ops/export?userId=${userId}&reason=asked`);
    expect(body).toMatchObject({
      userId,
      integrations: [{ _id: id, externalId: phoneNumber, status: "linked" }],
      signupSessions: [{ userId, status: "completed" }],
    });
    expect(headers["cache-control"]).toBe("no-store");
    expect(service.log).toContainEqual(
      expect.objectContaining({
        event: "operator_action",
        action: "export",
        operator: "dpo",
        userId,
        reason: "asked",
      }),
    );
    expect(issuesIn(await get("/ops/export"))).toBe("400 invalid_request: userId invalid_type");
  });

  test("is erased: 202 with what is left, 200 when all is done, and the log names the token", async () => {
    const { userId, id } = await linked();
    expect(issuesIn(await erase({ userId }))).toBe("400 invalid_request: reason invalid_type");
    const first = await erase({ userId, reason: "ticket 815" });
    expect([first.status, first.body]).toEqual([
      202,
      expect.objectContaining({
        success: true,
        userId,
        state: "under_way",
        completedAt: null,
        left: [{ what: expect.stringContaining(id), why: expect.stringContaining("disconnect") }],
      }),
    ]);
    expect(service.log).toContainEqual(
      expect.objectContaining({
        event: "operator_action",
        action: "erase",
        operator: "dpo",
        userId,
        reason: "ticket 815",
      }),
    );
    const { state } = await untilErased(async () => {
      const { body } = await erase({ userId, reason: "ticket 815" });
      return body as { state: string };
    });
    expect(state).toBe("complete");
    expect((await erase({ userId, reason: "ticket 815" })).status).toBe(200);
    expect(await mentions(service, userId)).toEqual([]);
  });

  test("of nobody is nothing", async () => {
    const userId = newUser();
    const { status, body } = await erase({ userId, reason: "ticket 816" });
    expect([status, body]).toEqual([
      200,
      {
        success: true,
        userId,
        state: "nothing",
        requestedAt: null,
        completedAt: null,
        left: [],
        stays: [],
      },
    ]);
  });
});
