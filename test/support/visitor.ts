import supertest from "supertest";

/** What a customer's browser does, without drawing it: keeps its cookie and names its origin. */
export class Visitor {
  readonly #origin: string;
  readonly agent: ReturnType<typeof supertest.agent>;

  constructor(origin: string) {
    this.#origin = origin;
    this.agent = supertest.agent(origin);
  }

  /** Opens the page behind a signup URL. @returns the payload in it */
  async open(signupUrl: string): Promise<string> {
    const url = new URL(signupUrl);
    await this.agent.get(`${url.pathname}${url.search}`).set("Accept", "text/html");
    return url.searchParams.get("payload") ?? "";
  }

  /** Presses the button. */
  start(payload: string, given: { phoneNumber?: string; displayName?: string } = {}) {
    return this.agent
      .post("/whatsapp/signup/start")
      .set("Origin", this.#origin)
      .send({ payload, confirm: true, ...given });
  }

  report(payload: string, event: string, data: Record<string, unknown> = {}) {
    return this.agent
      .post("/whatsapp/signup/events")
      .set("Origin", this.#origin)
      .send({ payload, event, data });
  }

  /** Comes back as a redirect would: a GET that follows nothing. */
  callback(parameters: Record<string, string>) {
    return this.agent
      .get("/whatsapp/onboarding-callback")
      .query(parameters)
      .set("Accept", "text/html")
      .redirects(0);
  }

  /** Hands over the popup's result as the page's script does. */
  postCallback(body: Record<string, unknown>) {
    return this.agent
      .post("/whatsapp/onboarding-callback")
      .set("Accept", "application/json")
      .send(body);
  }
}
