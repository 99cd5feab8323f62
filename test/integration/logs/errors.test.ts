import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { openTcpProxy, type TcpProxy } from "../database/tcp-proxy.ts";
import { dump } from "../../support/dump.ts";
import { newNumber, newUser } from "../../support/numbers.ts";
import { problemIn } from "../../support/problems.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { integrations, startedSession, target } from "../whatsapp/callback.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ env: { WORKER_ENABLED: "false" } });
});
afterAll(() => service.close());

const errorsOf = (requestId: string | undefined) =>
  service.log.filter((line) => line.requestId === requestId && line.level === "error");

describe("a fault of ours", () => {
  test("is answered with a fixed text, and the original is in the log under the request's id", async () => {
    const userId = newUser();
    const canary = newNumber();
    // A document that no version of the service writes.
    await integrations(service).insertOne({
      userId,
      provider: "whatsapp",
      externalId: canary,
      registration: { generation: 1, history: [] },
      work: {},
      createdAt: new Date(),
    });
    const response = await service.http
      .get("/whatsapp/integrations")
      .set("Authorization", await service.bearer(userId))
      .set("X-Request-Id", "fault-1");
    expect(problemIn(response)).toBe("500 internal_error");
    expect(response.text).not.toMatch(/TypeError|undefined|node_modules|\.ts|at /);
    expect(errorsOf("fault-1")).toEqual([
      expect.objectContaining({
        code: "internal_error",
        err: expect.objectContaining({
          type: "ProblemError",
          cause: expect.objectContaining({
            type: "TypeError",
            message: expect.stringContaining("toISOString"),
            stack: expect.stringContaining("integration-view.ts"),
          }),
        }),
      }),
    ]);
    expect(service.logText()).not.toContain(canary.slice(1));
  });

  test("of a caller is no error of ours", async () => {
    await service.http.get("/nowhere").set("X-Request-Id", "caller-1");
    await service.http.get("/whatsapp/integrations").set("X-Request-Id", "caller-2");
    for (const id of ["caller-1", "caller-2"]) expect(errorsOf(id)).toEqual([]);
  });
});

describe("a database that is gone", () => {
  let proxy: TcpProxy;
  beforeAll(async () => {
    proxy = await openTcpProxy(service.database.uri);
    const uri = new URL(service.database.uri);
    uri.port = String(proxy.port);
    uri.searchParams.set("directConnection", "true");
    await service.restart({ MONGODB_URI: uri.href });
  });
  afterAll(() => proxy.close());

  test("is said in each answer's own way, and nothing is lost when it is back", async () => {
    const session = await startedSession(service);
    const { pathname, search } = new URL(session.signupUrl);
    const before = await dump(service.database);
    const { port } = proxy;
    await proxy.close();
    const authorization = await service.bearer(session.userId);
    const [listed, created, page, redirected, posted] = await Promise.all([
      service.http.get("/whatsapp/integrations").set({ authorization }),
      service.http.post("/whatsapp/create-signup-session").set({ authorization }).send({}),
      service.visitor().agent.get(`${pathname}${search}`),
      session.visitor.callback(session.values),
      session.visitor.postCallback(session.values),
    ]);
    for (const response of [listed, created, posted]) {
      expect(problemIn(response)).toBe("503 database_unavailable");
    }
    expect([page.status, page.headers["content-type"]]).toEqual([503, "text/html; charset=utf-8"]);
    expect(target(redirected.headers.location).parameters).toEqual({
      code: "database_unavailable",
      msg: expect.any(String),
    });
    for (const { headers, text } of [listed, created, page, redirected, posted]) {
      expect(text + (headers.location ?? "")).not.toMatch(/Mongo|ECONN|127\.0\.0\.1:/);
      expect(errorsOf(headers["x-request-id"])).toEqual([
        expect.objectContaining({
          code: "database_unavailable",
          err: expect.objectContaining({
            cause: expect.objectContaining({ type: expect.any(String) }),
          }),
        }),
      ]);
    }
    proxy = await openTcpProxy(service.database.uri, port);
    expect(await dump(service.database)).toEqual(before);
    await session.visitor.postCallback(session.values).expect(200);
  });
});
