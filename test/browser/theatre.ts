import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser } from "puppeteer-core";
import type { Scenario } from "../../dev/simulator/twilio/scenarios.ts";
import { openTcpProxy, type TcpProxy } from "../integration/database/tcp-proxy.ts";
import { occupy } from "../support/occupy.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { eventually } from "../support/wait.ts";
import { Customer } from "./customer.ts";
import { sharedBrowser } from "./support.ts";

export const NUMBER = "+5511987654321";
/** A session that lacks nothing. */
export const LINK = { phoneNumber: NUMBER, displayName: "Padaria da Ana", locale: "en" } as const;

const LOGO = `<svg xmlns="http://www.w3.org/2000/svg" width="120" height="40"><rect width="120" height="40" rx="8" fill="#ffd400"/></svg>`;
const PLAIN_PAGE = `<!doctype html><title>x</title><link rel="icon" href="data:,">`;

/** The service, the simulated Meta, the SaaS's frontend and a browser, all on loopback. */
export class Theatre {
  readonly #service: TestService;
  readonly #browser: Browser;
  readonly #frontend: Server;
  readonly #frontendUrl: string;
  readonly #owners = new Map<string, string>();

  private constructor(service: TestService, browser: Browser, frontend: Server) {
    this.#service = service;
    this.#browser = browser;
    this.#frontend = frontend;
    this.#frontendUrl = urlOf(frontend);
  }

  /** @param env over the test service's own; `FRONTEND` in a value stands for the frontend's origin */
  static async open(env: Readonly<Record<string, string>> = {}): Promise<Theatre> {
    const frontend = createServer(({ url }, response) => {
      const [type, body] = url?.includes(".svg")
        ? ["image/svg+xml", LOGO]
        : ["text/html", PLAIN_PAGE];
      response.setHeader("Content-Type", type).end(body);
    }).listen(0);
    await once(frontend, "listening");
    const here = { FRONTEND_URL: "FRONTEND", ...env };
    const filled = Object.entries(here).map(([name, value]) => [
      name,
      value.replace("FRONTEND", urlOf(frontend)),
    ]);
    const service = await startTestService({
      env: Object.fromEntries(filled) as Record<string, string>,
    });
    const browser = await sharedBrowser();
    return new Theatre(service, browser, frontend);
  }

  async close(): Promise<void> {
    await this.#browser.disconnect();
    this.#frontend.close();
    await this.#service.close();
  }

  get successUrl(): string {
    return `${this.#frontendUrl}/dashboard/integrations/connect/whatsapp/success`;
  }

  get failureUrl(): string {
    return `${this.#frontendUrl}/dashboard/integrations/connect/whatsapp/error`;
  }

  get frontendUrl(): string {
    return this.#frontendUrl;
  }

  get metaUrl(): string {
    return this.#service.simulator.metaUrl;
  }

  get serviceUrl(): string {
    return this.#service.url;
  }

  /** What becomes of the number at Twilio. */
  setScenario(phoneNumber: string, scenario: Scenario): void {
    this.#service.simulator.twilio.setScenario(phoneNumber, scenario);
  }

  /** A number of the SaaS's own account at Twilio. */
  seedNumber(phoneNumber: string): void {
    this.#service.simulator.twilio.seedNumber({ phoneNumber });
  }

  /** From now on the database is behind this. */
  async throughProxy(): Promise<TcpProxy> {
    const proxy = await openTcpProxy(this.#service.database.uri);
    const uri = new URL(this.#service.database.uri);
    uri.port = String(proxy.port);
    uri.searchParams.set("directConnection", "true");
    await this.#service.restart({ MONGODB_URI: uri.href });
    return proxy;
  }

  /** Waits until the number's messages come to the service. */
  async untilRelaying(phoneNumber: string): Promise<void> {
    await eventually(
      async () => this.#service.simulator.twilio.state().numbers,
      (all) => all.some((one) => one.phoneNumber === phoneNumber && one.smsUrl !== null),
    );
  }

  /** A message for a number of the SaaS's account, as from Meta. */
  async sendSms(phoneNumber: string, body: string, from = "WhatsApp"): Promise<void> {
    await this.#service.simulator.twilio.receiveSms({ to: phoneNumber, from, body });
  }

  /** Meta sends its code to a number. */
  async sendMetaCode(phoneNumber: string): Promise<void> {
    await this.#service.simulator.meta.sendCode({ phoneNumber });
  }

  /** Another browser presses start. */
  async startElsewhere(signupUrl: string): Promise<void> {
    const visitor = this.#service.visitor();
    await visitor.start(await visitor.open(signupUrl)).expect(200);
  }

  /** Lets another browser start the session. */
  async release(sessionId: string): Promise<void> {
    await this.#service.http
      .post(`/whatsapp/signup-sessions/${sessionId}/release`)
      .set("Authorization", await this.#service.bearer(this.#owners.get(sessionId)))
      .expect(204);
  }

  /** What the owner reads of the session: its events in order. */
  async timelineOf(sessionId: string): Promise<string[]> {
    const answer = await this.#service.http
      .get(`/whatsapp/signup-sessions/${sessionId}`)
      .set("Authorization", await this.#service.bearer(this.#owners.get(sessionId)))
      .expect(200);
    return (answer.body as { timeline: { event: string }[] }).timeline.map(({ event }) => event);
  }

  async customer(): Promise<Customer> {
    return await Customer.arrive(this.#browser);
  }

  /** A session of a user of its own, since one user's number stays with one WABA. */
  async newLink(
    body: Readonly<Record<string, unknown>>,
    claims: Readonly<Record<string, unknown>> = {},
  ) {
    const userId = randomUUID();
    const allClaims = { account_name: "Padaria da Ana", ...claims };
    const answer = await this.#service.http
      .post("/whatsapp/create-signup-session")
      .set("Authorization", await this.#service.bearer(userId, allClaims))
      .send(body)
      .expect(201);
    const session = answer.body as { sessionId: string; signupUrl: string };
    this.#owners.set(session.sessionId, userId);
    return session;
  }

  async statusOf(sessionId: string): Promise<string> {
    const answer = await this.#service.http
      .get(`/whatsapp/signup-sessions/${sessionId}`)
      .set("Authorization", await this.#service.bearer(this.#owners.get(sessionId)))
      .expect(200);
    return (answer.body as { status: string }).status;
  }

  async untilStatus(sessionId: string, status: string): Promise<void> {
    await eventually(
      () => this.statusOf(sessionId),
      (current) => current === status,
    );
  }

  async revoke(sessionId: string): Promise<void> {
    await this.#service.http
      .delete(`/whatsapp/signup-sessions/${sessionId}`)
      .set("Authorization", await this.#service.bearer(this.#owners.get(sessionId)))
      .expect(204);
  }

  /** The owner's own frontend hands over the popup's result. */
  async complete(sessionId: string, signupUrl: string): Promise<void> {
    await this.#service.http
      .post("/whatsapp/onboarding-callback")
      .set("Authorization", await this.#service.bearer(this.#owners.get(sessionId)))
      .set("Accept", "application/json")
      .send({
        payload: new URL(signupUrl).searchParams.get("payload"),
        WhatsAppBusinessAccountId: "111222333444555",
      })
      .expect(200);
  }

  /** Lets the session's time run out. */
  async expire(sessionId: string): Promise<void> {
    const past = new Date(Date.now() - 1000);
    await this.#change(sessionId, { expiresAt: past, linkExpiresAt: past });
  }

  /** The callback could not become an integration after all. */
  async takeBack(sessionId: string): Promise<void> {
    await this.#change(sessionId, { status: "failed" });
  }

  /** The owner disconnects the session's number. */
  async disconnect(sessionId: string): Promise<void> {
    const bearer = await this.#service.bearer(this.#owners.get(sessionId));
    const { body } = await this.#service.http
      .get("/whatsapp/integrations")
      .set("Authorization", bearer)
      .expect(200);
    const [one] = (body as { integrations: { id: string }[] }).integrations;
    await this.#service.http
      .delete(`/whatsapp/integrations/${one?.id}`)
      .set("Authorization", bearer)
      .expect(202);
  }

  /** A later session has taken the registration over. */
  async replace(sessionId: string): Promise<void> {
    await this.#service.database.connection
      .collection("integrations")
      .updateOne(
        { "registration.target.sessionId": sessionId },
        { $set: { "registration.target.sessionId": "wss_later" } },
      );
  }

  /** As if another process worked on the registration. @returns ends that */
  occupy(sessionId: string): Promise<() => Promise<void>> {
    const one = { "registration.target.sessionId": sessionId };
    return occupy(this.#service.database.connection, one);
  }

  async #change(sessionId: string, values: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#service.database.connection
      .collection<{ _id: string }>("signup_sessions")
      .updateOne({ _id: sessionId }, { $set: values });
  }
}

function urlOf(server: Server): string {
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}
