import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { MovableClock } from "../../support/movable-clock.ts";
import { newNumber, newUser, newWaba } from "../../support/numbers.ts";
import { startTestService, type LogLine, type TestService } from "../../support/service.ts";
import { completeSignup, createSession, untilStatus } from "../../support/signup.ts";
import { eventually } from "../../support/wait.ts";

const masked = (number: string) => `${number.slice(0, 5)}•••••${number.slice(-4)}`;

describe("what an owner asks for", () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService();
  });
  afterAll(() => service.close());

  const linesOf = (event: string, sessionId: string): LogLine[] =>
    service.log.filter((line) => line.event === event && line.sessionId === sessionId);

  test("of a session leaves one line each", async () => {
    const [userId, phoneNumber] = [newUser(), newNumber()];
    const { sessionId } = await createSession(service, { userId, phoneNumber });
    const authorization = await service.bearer(userId);
    const path = `/whatsapp/signup-sessions/${sessionId}`;
    await service.http.post(`${path}/release`).set({ authorization }).expect(204);
    await service.http.delete(path).set({ authorization }).expect(204);
    await service.http.delete(path).set({ authorization }).expect(204);
    for (const event of ["session_released", "session_revoked"]) {
      expect(linesOf(event, sessionId)).toEqual([
        expect.objectContaining({ level: "info", userId, phoneNumber: masked(phoneNumber) }),
      ]);
    }
  });

  test("of a registration leaves one line each", async () => {
    const [userId, phoneNumber] = [newUser(), newNumber()];
    service.simulator.twilio.setScenario(phoneNumber, { kind: "offline", code: 63110 });
    const plan = { userId, phoneNumber, wabaId: newWaba() };
    const { sessionId, integrationId } = await completeSignup(service, plan);
    await untilStatus(service, integrationId, "error", userId);
    const authorization = await service.bearer(userId);
    const path = `/whatsapp/integrations/${integrationId}`;
    await service.http.post(`${path}/retry`).set({ authorization }).send({}).expect(202);
    await untilStatus(service, integrationId, "error", userId);
    await service.http.delete(path).set({ authorization }).expect(202);
    await service.http.delete(path).set({ authorization }).expect(202);
    await untilStatus(service, integrationId, "disconnected", userId);
    for (const event of ["retry_requested", "disconnect_requested"]) {
      expect(linesOf(event, sessionId)).toEqual([
        expect.objectContaining({
          level: "info",
          userId,
          integrationId,
          phoneNumber: masked(phoneNumber),
        }),
      ]);
    }
  });

  test("and every line of a signup bears session and masked number once it is known", async () => {
    const [userId, phoneNumber] = [newUser(), newNumber()];
    const plan = { userId, wabaId: newWaba(), session: { phoneNumber: undefined } };
    const from = service.log.length;
    const { sessionId, integrationId } = await completeSignup(service, {
      ...plan,
      callback: { TwilioNumber: phoneNumber },
    });
    await untilStatus(service, integrationId, "linked", userId);
    await eventually(
      () => Promise.resolve(linesOf("integration_linked", sessionId)),
      (lines) => lines.length > 0,
    );
    const lines = service.log.slice(from).filter(({ event }) => event !== undefined);
    const known = lines.findIndex(({ event }) => event === "onboarding_callback_received");
    const bare = lines
      .slice(known)
      .filter((line) => line.sessionId !== sessionId || line.phoneNumber !== masked(phoneNumber));
    expect(bare).toEqual([]);
    expect(lines.slice(known).map(({ event }) => event)).toContain("twilio_request");
    expect(service.logText()).not.toContain(phoneNumber.slice(1));
  });

  test("and a customer's sessions are found by number, in whichever spelling, and by owner", async () => {
    const userId = newUser();
    const short = `+551198${String(Math.floor(Math.random() * 1e6)).padStart(6, "0")}`;
    const long = short.replace("+5511", "+55119");
    const first = await createSession(service, { userId, phoneNumber: short });
    const typed = await createSession(service, { userId, session: { phoneNumber: undefined } });
    const visitor = service.visitor();
    const payload = await visitor.open(typed.signupUrl);
    await visitor.start(payload, { phoneNumber: long }).expect(200);
    const sessions = service.database.connection.collection<{ _id: string }>("signup_sessions");
    const byLine = await sessions.find({ line: long }).sort({ createdAt: 1 }).toArray();
    expect(byLine.map(({ _id }) => _id)).toEqual([first.sessionId, typed.sessionId]);
    const byOwner = await sessions.find({ userId }).toArray();
    expect(byOwner).toHaveLength(2);
    const keys = (await sessions.indexes()).map(({ key }) => Object.keys(key as object).join());
    expect(keys).toEqual(expect.arrayContaining(["line,createdAt", "userId,createdAt,_id"]));
  });
});

describe("a signup whose time is over", () => {
  const clock = new MovableClock();
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ clock });
  });
  afterAll(() => service.close());

  test("leaves one line that says how far it came, and a finished one none", async () => {
    const untouched = await createSession(service, { userId: newUser(), phoneNumber: newNumber() });
    const begun = await createSession(service, { userId: newUser(), phoneNumber: newNumber() });
    const visitor = service.visitor();
    await visitor.start(await visitor.open(begun.signupUrl)).expect(200);
    const given = await createSession(service, { userId: newUser(), phoneNumber: newNumber() });
    const other = service.visitor();
    const payload = await other.open(given.signupUrl);
    await other.start(payload).expect(200);
    await other.report(payload, "CANCEL").expect(204);
    const ended = () => service.log.filter(({ event }) => event === "signup_session_ended");
    clock.advance(4_321 * 60_000);
    const lines = await eventually(
      () => Promise.resolve(ended()),
      (found) => found.length >= 3,
      30_000,
    );
    const told = lines.map(({ sessionId, status, cause }) => [sessionId, status, cause].join(" "));
    expect(told.toSorted((a, b) => a.localeCompare(b))).toEqual(
      [
        `${untouched.sessionId} expired never_started`,
        `${begun.sessionId} expired never_finished`,
        `${given.sessionId} cancelled CANCEL`,
      ].toSorted((a, b) => a.localeCompare(b)),
    );
    expect(lines.every(({ phoneNumber }) => String(phoneNumber).includes("•"))).toBe(true);
  });
});
