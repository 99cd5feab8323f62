import { SignJWT } from "jose";
import { ConnectWhatsApp } from "../../../clients/typescript/connect-whatsapp.ts";
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

/** What the SaaS's own backend does: it signs a token for its customer and calls the service. */
export class Backend {
  readonly #settings: BackendSettings;

  constructor(settings: BackendSettings) {
    this.#settings = settings;
  }

  /** Where the button's script comes from. */
  get serviceUrl(): string {
    return this.#settings.serviceUrl;
  }

  /** The service in the name of the customer, who reads this language. */
  speaking(language: Language): ConnectWhatsApp {
    return new ConnectWhatsApp({
      baseUrl: this.#settings.serviceUrl,
      token: () => this.#token(),
      language,
    });
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
