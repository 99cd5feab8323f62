import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import supertest from "supertest";
import { systemClock } from "../../../src/clock.ts";
import { newNumber, newUser, newWaba } from "../../support/numbers.ts";
import { problemIn } from "../../support/problems.ts";
import { FRONTEND_URL, startTestService, type TestService } from "../../support/service.ts";
import { completeSignup, createSession, untilStatus } from "../../support/signup.ts";
import { eventually } from "../../support/wait.ts";

interface Status {
  kind: string;
  settled: boolean;
  title: string;
  paragraphs: string[];
  steps: { id: string; state: string }[];
  code: { due: boolean; resend: boolean };
  onward: string | null;
}
type Signup = Awaited<ReturnType<typeof connect>>;

let service: TestService;
let aheadMs = 0;
beforeAll(async () => {
  const monotonicMs = () => systemClock.monotonicMs() + aheadMs;
  service = await startTestService({ clock: { ...systemClock, monotonicMs } });
});
afterAll(() => service.close());

async function connect(over: { userId?: string; phoneNumber?: string; wabaId?: string } = {}) {
  const plan = { userId: newUser(), phoneNumber: newNumber(), wabaId: newWaba(), ...over };
  return { ...plan, ...(await completeSignup(service, plan)) };
}

function look({ visitor, sessionId }: Pick<Signup, "visitor" | "sessionId">, query = "") {
  return visitor.agent
    .get(`/whatsapp/signup/status?session=${sessionId}${query}`)
    .set("Accept", "application/json");
}

const untilKind = (signup: Signup, kind: string) =>
  eventually(
    async () => (await look(signup)).body as Status,
    (status) => status.kind === kind,
  );

/** Opens a stream as a browser does. */
async function listen({ visitor, sessionId }: Signup, accept = "text/event-stream") {
  const cookies = visitor.agent.jar.getCookies({
    domain: "localhost",
    path: "/",
    secure: false,
    script: false,
  });
  const leave = new AbortController();
  const response = await fetch(`${service.url}/whatsapp/signup/status?session=${sessionId}`, {
    headers: { Accept: accept, Cookie: cookies.toValueString() },
    signal: leave.signal,
  });
  return { response, leave: () => leave.abort() };
}

describe("GET /whatsapp/signup/status", () => {
  test("tells the browser that signed up how it goes, until the number is online", async () => {
    const signup = await connect();
    const first = await look(signup).expect(200);
    expect(first.headers["cache-control"]).toBe("no-store");
    expect(first.body).toMatchObject({ success: true, sessionId: signup.sessionId });
    const status = await untilKind(signup, "connected");
    expect(status).toMatchObject({
      settled: true,
      title: "Tu número está conectado",
      code: { due: false, resend: false },
    });
    expect(status.steps.map(({ id, state }) => `${id} ${state}`)).toEqual([
      "authorised done",
      "subaccount done",
      "sender done",
      "online done",
    ]);
    expect(Object.fromEntries(new URL(status.onward ?? "").searchParams)).toEqual({
      status: "linked",
      integrationId: signup.integrationId,
      sessionId: signup.sessionId,
      phone: signup.phoneNumber,
    });
  });

  test("of a number that was disconnected shows nothing as registered any more", async () => {
    const signup = await connect();
    await untilKind(signup, "connected");
    await service.http
      .delete(`/whatsapp/integrations/${signup.integrationId}`)
      .set("Authorization", await service.bearer(signup.userId))
      .expect(202);
    await untilStatus(service, signup.integrationId, "disconnected", signup.userId);
    const status = await untilKind(signup, "disconnected");
    expect(status.steps.map(({ id, state }) => `${id} ${state}`)).toEqual([
      "authorised done",
      "subaccount open",
      "sender open",
      "online open",
    ]);
  });

  test("says what failed, who has to do what, and leads back with the code", async () => {
    const phoneNumber = newNumber();
    service.simulator.twilio.setScenario(phoneNumber, { kind: "offline", code: 63110 });
    const signup = await connect({ phoneNumber });
    const status = await untilKind(signup, "problem");
    expect(status).toMatchObject({ settled: true, title: "Número ya registrado en WhatsApp" });
    expect(status.paragraphs.join(" ")).toContain("number_already_on_whatsapp 63110");
    expect(status.steps.at(-1)).toEqual({ id: "online", state: "failed" });
    expect(new URL(status.onward ?? "").searchParams.get("code")).toBe(
      "number_already_on_whatsapp",
    );
  });

  test("speaks the language that is asked for, else the session's", async () => {
    const signup = await connect();
    await untilKind(signup, "connected");
    const titleIn = async (query: string) => ((await look(signup, query)).body as Status).title;
    expect(await titleIn("&lang=pt")).toBe("Seu número está conectado");
    expect(await titleIn("&lang=en")).toBe("Your number is connected");
    expect(await titleIn("&lang=xx")).toBe("Tu número está conectado");
  });

  test("tells another browser, and one without a cookie, nothing", async () => {
    const signup = await connect();
    const other = await connect();
    for (const agent of [other.visitor.agent, supertest(service.url)]) {
      const answer = await agent
        .get(`/whatsapp/signup/status?session=${signup.sessionId}`)
        .set("Accept", "application/json");
      expect(problemIn(answer)).toBe("403 browser_mismatch");
      expect(answer.text).not.toContain(signup.phoneNumber.slice(1));
      expect(answer.text).not.toContain(signup.userId);
    }
  });

  test("answers our own pages alone", async () => {
    const signup = await connect();
    const from = (site: string) => look(signup).set("Sec-Fetch-Site", site);
    for (const site of ["cross-site", "same-site"]) {
      expect(problemIn(await from(site))).toBe("403 origin_not_allowed");
    }
    for (const site of ["same-origin", "none"]) await from(site).expect(200);
  });

  test("knows no session but those of browsers that finished one", async () => {
    const visitor = service.visitor();
    const { signupUrl, sessionId } = await createSession(service, { userId: newUser() });
    expect(problemIn(await look({ visitor, sessionId: "wss_unknown" }))).toBe(
      "404 session_unknown",
    );
    expect(problemIn(await look({ visitor, sessionId }, "&session=x"))).toBe("404 session_unknown");
    expect(problemIn(await look({ visitor, sessionId }))).toBe("403 browser_mismatch");
    await visitor.start(await visitor.open(signupUrl)).expect(200);
    expect(problemIn(await look({ visitor, sessionId }))).toBe("409 not_in_state");
  });

  test("shows a browser nothing of a later signup of the same number", async () => {
    const signup = await connect();
    await untilKind(signup, "connected");
    const { userId, phoneNumber, wabaId } = signup;
    const later = await connect({ userId, phoneNumber, wabaId });
    await untilKind(later, "connected");
    const status = (await look(signup)).body as Status;
    // No more than where the SaaS is.
    const onward = FRONTEND_URL;
    expect(status).toMatchObject({ kind: "disconnected", settled: true, onward });
    expect(status.title).toBe("Este registro fue reemplazado");
  });
});

describe("GET /whatsapp/signup/status as a stream of events", () => {
  test("sends each change once, and ends when it is settled", async () => {
    const signup = await connect();
    const { response } = await listen(signup);
    expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    expect(response.headers.get("cache-control")).toBe("no-store, no-transform");
    const text = await response.text();
    const events = text.trim().split("\n\n");
    expect(events.at(-1)).toBe("event: end\ndata: {}");
    const views = events.slice(0, -1).map((event) => JSON.parse(event.slice(6)) as Status);
    expect(views.at(-1)).toMatchObject({ kind: "connected", settled: true });
    expect(new Set(events).size).toBe(events.length);
  });

  test("is what is sent to whoever does not ask for JSON", async () => {
    const { response, leave } = await listen(await connect(), "*/*");
    expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    leave();
  });

  test("is opened four times for a session at most, and again after one has gone", async () => {
    const phoneNumber = newNumber();
    service.simulator.twilio.setScenario(phoneNumber, { kind: "code", code: "482913" });
    const signup = await connect({ phoneNumber });
    const streams = [];
    for (let i = 0; i < 4; i += 1) streams.push(await listen(signup));
    const fifth = await listen(signup);
    expect([fifth.response.status, fifth.response.headers.get("retry-after")]).toEqual([429, "5"]);
    streams[0]?.leave();
    await eventually(
      async () => {
        const again = await listen(signup);
        again.leave();
        return again.response.status;
      },
      (status) => status === 200,
    );
    for (const { leave } of streams) leave();
  });

  test("says by an event that it is still there, which a page can hear", async () => {
    const phoneNumber = newNumber();
    service.simulator.twilio.setScenario(phoneNumber, { kind: "code", code: "482913" });
    const { response, leave } = await listen(await connect({ phoneNumber }));
    let text = "";
    for await (const chunk of response.body ?? []) {
      // After each change, since a change is as good as a ping.
      aheadMs += 60_000;
      text += new TextDecoder().decode(chunk as Uint8Array);
      if (text.includes("event: ping\ndata: {}\n\n")) break;
    }
    leave();
    expect(text).toContain("event: ping\ndata: {}\n\n");
  });

  test("does not keep the service from stopping", async () => {
    const phoneNumber = newNumber();
    service.simulator.twilio.setScenario(phoneNumber, { kind: "code", code: "482913" });
    const { response } = await listen(await connect({ phoneNumber }));
    await service.restart();
    // A connection that had to be cut would break here.
    expect(await response.text()).not.toContain("event: end");
  });
});
