import { SignJWT } from "jose";
import type { Language } from "./language.ts";

/** The SaaS's customer in the demo; a real backend takes it from its own login. */
export interface Customer {
  userId: string;
  accountName: string;
  /** Twilio numbers that the SaaS has assigned to this customer. */
  phoneNumbers: readonly string[];
}

export interface BackendSettings {
  serviceUrl: string;
  /** The service's AUTH_JWT_SECRET. */
  secret: string;
  customer: Customer;
}

/** The service's answer, handed on as it is. */
export interface Answer {
  status: number;
  body: unknown;
}

/** What the SaaS's own backend does: it signs a token for its customer and calls the service. */
export class Backend {
  readonly #settings: BackendSettings;
  readonly #language: Language;

  constructor(settings: BackendSettings, language: Language = "es") {
    this.#settings = settings;
    this.#language = language;
  }

  /** The same for a customer who reads this language. */
  speaking(language: Language): Backend {
    return new Backend(this.#settings, language);
  }

  createSession(wanted: Record<string, unknown>): Promise<Answer> {
    const body = { ...wanted, locale: this.#language };
    return this.call("POST", "/whatsapp/create-signup-session", body);
  }

  /** Where the button's script comes from. */
  get serviceUrl(): string {
    return this.#settings.serviceUrl;
  }

  /** A session and, once it is completed, its integration, as the button wants them. */
  async readSession(id: string): Promise<Answer> {
    const answer = await this.call("GET", `/whatsapp/signup-sessions/${encodeURIComponent(id)}`);
    const session = answer.body as { status: string; integrationId?: string };
    if (session.status !== "completed" || session.integrationId === undefined) return answer;
    const { body } = await this.call("GET", `/whatsapp/integrations/${session.integrationId}`);
    return { status: 200, body: { ...session, integration: body } };
  }

  /** Calls the service as the customer. */
  async call(method: string, path: string, body?: Record<string, unknown>): Promise<Answer> {
    const response = await fetch(`${this.#settings.serviceUrl}${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${await this.#token()}`,
        "Accept-Language": this.#language,
        ...(body ? { "Content-Type": "application/json" } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return { status: response.status, body: await response.json() };
  }

  #token(): Promise<string> {
    const { userId, accountName, phoneNumbers } = this.#settings.customer;
    return new SignJWT({ account_name: accountName, phone_numbers: phoneNumbers })
      .setProtectedHeader({ alg: "HS256" })
      .setSubject(userId)
      .setExpirationTime("5m")
      .sign(new TextEncoder().encode(this.#settings.secret));
  }
}
