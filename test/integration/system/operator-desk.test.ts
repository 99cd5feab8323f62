import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { newNumber, newUser, newWaba } from "../../support/numbers.ts";
import { issuesIn, problemIn } from "../../support/problems.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { completeSignup, createSession, untilStatus } from "../../support/signup.ts";

const TOKEN = "a-token-of-support-with-32-bytes-and-more";

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ env: { OPS_TOKEN: `support:${TOKEN}` } });
});
afterAll(() => service.close());

const get = (path: string, token = TOKEN) =>
  service.http.get(path).set("Authorization", `Bearer ${token}`);
const post = (path: string, body: object, token = TOKEN) =>
  service.http.post(path).set("Authorization", `Bearer ${token}`).send(body);

async function linked() {
  const plan = { userId: newUser(), wabaId: newWaba(), phoneNumber: newNumber() };
  const { integrationId: id, sessionId } = await completeSignup(service, plan);
  await untilStatus(service, id, "linked", plan.userId);
  return { ...plan, id, sessionId };
}

const ROUTES = [
  ["get", "/ops/find?q=1"],
  ["get", "/ops/explain?q=1"],
  ["get", "/ops/integrations"],
  ["post", "/ops/assign"],
  ["post", "/ops/unassign"],
  ["post", "/ops/hand-over"],
  ["post", "/ops/integrations/1/retry"],
  ["post", "/ops/integrations/1/recheck"],
  ["post", "/ops/integrations/1/disconnect"],
  ["post", "/ops/signup-sessions/1/release"],
  ["post", "/ops/signup-sessions/1/revoke"],
] as const;

describe("the operator's desk over HTTP", () => {
  test.each(ROUTES)("%s %s is the operator's alone", async (method, path) => {
    const ofOwner = await service.bearer(newUser());
    for (const authorization of [undefined, ofOwner, "Bearer nonsense", `Basic ${TOKEN}`]) {
      const request = service.http[method](path);
      if (authorization) void request.set("Authorization", authorization);
      expect(problemIn(await request)).toBe("401 unauthenticated");
    }
  });

  test("finds and explains whoever's number it is", async () => {
    const { userId, phoneNumber, id, sessionId } = await linked();
    const found = await get(`/ops/find?q=${encodeURIComponent(phoneNumber)}`);
    expect(found.body).toMatchObject({
      kind: "number",
      integrations: [{ integrationId: id, userId, phoneNumber, status: "linked", error: null }],
      sessions: [{ sessionId, userId, status: "completed" }],
    });
    const explained = await get(`/ops/explain?q=${id}`);
    const { story } = explained.body as { story: { what: string; where: string }[] };
    expect(story).toContainEqual(
      expect.objectContaining({ where: id, what: "the number is linked; step done" }),
    );
    expect(explained.headers["cache-control"]).toBe("no-store");
    expect(service.logText()).not.toContain(phoneNumber.slice(1));
  });

  test("finds a number as people say it, and digits by whatever they are the id of", async () => {
    const number = "+5511987650077";
    const plan = { userId: "5511987650099", phoneNumber: number, wabaId: "551198765007712" };
    const { integrationId } = await completeSignup(service, plan);
    const kindOf = async (term: string) => {
      const { body } = await get(`/ops/find?q=${encodeURIComponent(term)}`);
      const { kind, integrations } = body as { kind: string; integrations: object[] };
      expect(integrations).toEqual([expect.objectContaining({ integrationId })]);
      return kind;
    };
    for (const said of [
      "5511987650077",
      "55 11 98765-0077",
      "(11) 98765-0077",
      "11 98765 0077",
      "011 8765-0077",
      "00 55 11 98765 0077",
      "+55 (11) 98765-0077",
      "whatsapp:+5511987650077",
    ]) {
      expect([said, await kindOf(said)]).toEqual([said, "number"]);
    }
    expect(await kindOf(plan.wabaId)).toBe("waba");
    expect(await kindOf(plan.userId)).toBe("owner");
    const nobody = await get("/ops/find?q=11%2098765-0078");
    expect(nobody.body).toEqual(expect.objectContaining({ kind: "number", integrations: [] }));
  });

  test("lists by filter, with counts", async () => {
    const { id } = await linked();
    const { body } = await get(
      "/ops/integrations?status=linked&limit=1&since=2020-01-01T00:00:00Z",
    );
    const { integrations, counts } = body as { integrations: object[]; counts: object[] };
    expect(integrations).toEqual([expect.objectContaining({ integrationId: id })]);
    expect(counts).toEqual([
      { status: "linked", step: "done", waitingFor: null, code: null, count: expect.any(Number) },
    ]);
  });

  test.each([
    ["/ops/find", "q invalid_type"],
    ["/ops/find?q=", "q too_small"],
    ["/ops/integrations?status=broken", "status invalid_value"],
    ["/ops/integrations?since=yesterday", "since invalid_format"],
    ["/ops/integrations?limit=0", "limit too_small"],
  ])("refuses %s", async (path, issue) => {
    expect(issuesIn(await get(path))).toBe(`400 invalid_request: ${issue}`);
  });

  test("acts with a reason, and the log names the token", async () => {
    const { userId, id } = await linked();
    const path = `/ops/integrations/${id}/disconnect`;
    expect(issuesIn(await post(path, {}))).toBe("400 invalid_request: reason invalid_type");
    expect(issuesIn(await post(path, { reason: " " }))).toBe(
      "400 invalid_request: reason too_small",
    );
    const done = await post(path, { reason: "account closed" });
    expect([done.status, done.body]).toEqual([202, { success: true }]);
    await untilStatus(service, id, "disconnected", userId);
    expect(service.log).toContainEqual(
      expect.objectContaining({
        event: "operator_action",
        action: "disconnect",
        operator: "support",
        integrationId: id,
        reason: "account closed",
      }),
    );
    expect(service.logText()).not.toContain(TOKEN);
  });

  test("releases and revokes a signup", async () => {
    const plan = { userId: newUser(), phoneNumber: newNumber() };
    const { sessionId, signupUrl } = await createSession(service, plan);
    const visitor = service.visitor();
    await visitor.start(await visitor.open(signupUrl)).expect(200);
    const at = (action: string) => `/ops/signup-sessions/${sessionId}/${action}`;
    await post(at("release"), { reason: "other phone" }).expect(202);
    await post(at("revoke"), { reason: "wrong person" }).expect(202);
    expect(problemIn(await visitor.start(await visitor.open(signupUrl)))).toBe(
      "410 session_revoked",
    );
    const unknown = await post("/ops/signup-sessions/wss_0/revoke", { reason: "x" });
    expect(problemIn(unknown)).toBe("404 session_unknown");
  });

  test("assigns a number and takes that back, as the command does", async () => {
    const [phoneNumber, userId, reason] = [newNumber(), newUser(), "bought for them"];
    const wanted = { phoneNumber, userId, reason };
    expect(issuesIn(await post("/ops/assign", wanted))).toBe(
      "400 invalid_request: userId unknown_owner",
    );
    const assigned = await post("/ops/assign", { ...wanted, newOwner: true });
    expect(assigned.body).toEqual({
      success: true,
      foundIn: "nowhere",
      restarted: [],
      busy: [],
      formerUserId: null,
    });
    const taken = await post("/ops/unassign", { phoneNumber, reason });
    expect(taken.body).toEqual({ success: true, formerUserId: userId });
  });

  test("hands a number over to the integration that wants it", async () => {
    const holder = await linked();
    const { phoneNumber } = holder;
    const plan = { userId: newUser(), wabaId: newWaba(), phoneNumber };
    const { integrationId: to } = await completeSignup(service, plan);
    await untilStatus(service, to, "error", plan.userId);
    const handed = await post("/ops/hand-over", { what: phoneNumber, to, reason: "shop sold" });
    expect([handed.status, handed.body]).toEqual([202, { success: true, from: [holder.id] }]);
    await untilStatus(service, holder.id, "disconnected", holder.userId);
    await untilStatus(service, to, "linked", plan.userId);
  });
});
