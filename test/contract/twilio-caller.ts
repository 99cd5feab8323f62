import { startSimulator, type Simulator } from "../../dev/simulator/simulator.ts";
import type { SimulatorOptions } from "../../dev/simulator/options.ts";
import { assertAnswerMatches } from "./support.ts";

export const PARENT = { sid: `AC${"1".repeat(32)}`, authToken: "parent-token" };

/** Who calls: a SID and its token. */
export interface Credentials {
  sid: string;
  authToken: string;
}

export interface TwilioAnswer {
  status: number;
  headers: Headers;
  body: Body;
}

/** The fields of Twilio's answers that the tests read. */
export interface Body {
  [field: string]: unknown;
  sid: string;
  status: string;
  code: number;
  message: string;
}

/** A clock that only moves when told to. */
export class TestClock {
  #now = Date.UTC(2026, 10, 24, 12);

  now(): Date {
    return new Date(this.#now);
  }

  advance(ms: number): void {
    this.#now += ms;
  }
}

export async function startTestSimulator(
  options: Partial<SimulatorOptions> = {},
): Promise<Simulator> {
  return startSimulator({
    accountSid: PARENT.sid,
    authToken: PARENT.authToken,
    appId: "1001",
    appSecret: "app-secret",
    onlineAfterMs: 1000,
    ...options,
  });
}

/** Calls the simulated Twilio and holds each answer against the schema before handing it on. */
export class TwilioCaller {
  readonly #url: string;
  readonly #as: Credentials | null;

  /** @param as null: without credentials */
  constructor(url: string, as: Credentials | null = PARENT) {
    this.#url = url;
    this.#as = as;
  }

  as(credentials: Credentials | null): TwilioCaller {
    return new TwilioCaller(this.#url, credentials);
  }

  async get(path: string): Promise<TwilioAnswer> {
    return this.send("GET", path);
  }

  async delete(path: string): Promise<TwilioAnswer> {
    return this.send("DELETE", path);
  }

  async postForm(path: string, fields: Record<string, string>): Promise<TwilioAnswer> {
    return this.send("POST", path, new URLSearchParams(fields));
  }

  async postJson(path: string, body: unknown): Promise<TwilioAnswer> {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    return this.send("POST", path, text, "application/json");
  }

  async send(
    method: string,
    path: string,
    body?: string | URLSearchParams,
    contentType?: string,
  ): Promise<TwilioAnswer> {
    const answer = await fetch(`${this.#url}${path}`, {
      method,
      headers: {
        ...(this.#as !== null && { Authorization: basic(this.#as) }),
        ...(contentType !== undefined && { "Content-Type": contentType }),
      },
      ...(body !== undefined && { body }),
    });
    const text = await answer.text();
    const read = text === "" ? undefined : (JSON.parse(text) as unknown);
    assertAnswerMatches({ method, path }, { status: answer.status, body: read });
    return { status: answer.status, headers: answer.headers, body: (read ?? {}) as Body };
  }
}

function basic({ sid, authToken }: Credentials): string {
  return `Basic ${Buffer.from(`${sid}:${authToken}`).toString("base64")}`;
}

export const ACCOUNTS = "/2010-04-01/Accounts.json";
export const SENDERS = "/v2/Channels/Senders";
export const SENDERS_LIST = `${SENDERS}?Channel=whatsapp`;

export function accountPath(sid: string): string {
  return `/2010-04-01/Accounts/${sid}.json`;
}

export function numbersPath(accountSid: string): string {
  return `/2010-04-01/Accounts/${accountSid}/IncomingPhoneNumbers.json`;
}

export function numberPath(accountSid: string, sid: string): string {
  return `/2010-04-01/Accounts/${accountSid}/IncomingPhoneNumbers/${sid}.json`;
}

export const WABA = "1029384756";

/** A good creation, as the service sends it. */
export function creation(phoneNumber = "+5511987654321", over: Record<string, unknown> = {}) {
  return {
    sender_id: `whatsapp:${phoneNumber}`,
    configuration: { waba_id: WABA },
    profile: { name: "Padaria da Ana" },
    ...over,
  };
}
