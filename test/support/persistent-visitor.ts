import { setTimeout as sleep } from "node:timers/promises";

/** Where a request can be sent: the processes as they are at that moment. */
export type Addresses = () => string[];

/**
 * A customer and its SaaS who do not give up: each request goes to one of the processes and, when
 * that one is killed or frozen, is sent again to another, as browsers and load balancers do.
 */
export class PersistentVisitor {
  readonly #addresses: Addresses;
  readonly #origin: string;
  readonly #random: () => number;
  #cookie = "";

  constructor(addresses: Addresses, origin: string, random: () => number) {
    this.#addresses = addresses;
    this.#origin = origin;
    this.#random = random;
  }

  /** From the button to the accepted callback. @returns the integration's id */
  async signUp(plan: {
    authorization: string;
    phoneNumber: string;
    wabaId: string;
  }): Promise<string> {
    const { authorization, phoneNumber, wabaId } = plan;
    const session = await this.#send("POST", "/whatsapp/create-signup-session", {
      authorization,
      body: { phoneNumber, displayName: "Café do Porto" },
    });
    const signupUrl = new URL(String(session.signupUrl));
    await this.#send("GET", `${signupUrl.pathname}${signupUrl.search}`, {});
    const payload = signupUrl.searchParams.get("payload");
    await this.#send("POST", "/whatsapp/signup/start", { body: { payload, confirm: true } });
    const accepted = await this.#send("POST", "/whatsapp/onboarding-callback", {
      body: { payload, WhatsAppBusinessAccountId: wabaId },
    });
    return String(accepted.integrationId);
  }

  async get(path: string, authorization: string): Promise<Record<string, unknown>> {
    return this.#send("GET", path, { authorization });
  }

  async delete(path: string, authorization: string): Promise<Record<string, unknown>> {
    return this.#send("DELETE", path, { authorization });
  }

  async #send(
    method: string,
    path: string,
    { authorization, body }: { authorization?: string; body?: object },
  ): Promise<Record<string, unknown>> {
    for (;;) {
      const addresses = this.#addresses();
      const address = addresses[Math.floor(this.#random() * addresses.length)];
      try {
        const response = await fetch(`${address}${path}`, {
          method,
          headers: {
            accept: method === "GET" && !authorization ? "text/html" : "application/json",
            cookie: this.#cookie,
            origin: this.#origin,
            ...(authorization ? { authorization } : {}),
            ...(body ? { "content-type": "application/json" } : {}),
          },
          ...(body ? { body: JSON.stringify(body) } : {}),
          signal: AbortSignal.timeout(1_500),
        });
        const text = await response.text();
        const [cookie] = response.headers.getSetCookie();
        if (cookie) this.#cookie = cookie.split(";")[0] ?? "";
        if (response.ok) {
          return text.startsWith("{") ? (JSON.parse(text) as Record<string, unknown>) : {};
        }
        if (response.status < 500 && response.status !== 429) {
          throw new TypeError(`refused: ${response.status} ${text}`);
        }
      } catch (error) {
        if (error instanceof TypeError && error.message.startsWith("refused")) throw error;
      }
      await sleep(50);
    }
  }
}
