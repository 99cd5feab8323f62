import type { Fault, FaultBook } from "../http/faults.ts";
import type { RecordedRequest, RequestLog } from "../http/request-log.ts";
import type { SharedWabas } from "../shared-wabas.ts";
import type { Launch } from "./launch.ts";
import { completeSignup, type SignupChoice, type SignupDeps, type SignupResult } from "./signup.ts";
import type { AddedNumber, Waba } from "./store.ts";

/** A launch as scripts give it; what is left out is as it should be. */
export type SignupRequest = SignupChoice &
  Pick<Launch, "appId" | "configId" | "extras"> &
  Partial<Launch>;

/** Where a one-time code went. */
export interface SentCode {
  /** `nowhere`: a number that Twilio hosts without a webhook for SMS. */
  to: "phone" | "webhook" | "nowhere";
  /** Shown to whoever holds the phone. */
  code?: string;
}

export interface MetaControlDeps {
  /** Brings an SMS to a number that Twilio hosts: false where it has no webhook, undefined for any other number. */
  deliverSms: (sms: { to: string; from: string; body: string }) => Promise<boolean | undefined>;
  signup: SignupDeps;
  shared: SharedWabas;
  faults: FaultBook;
  log: RequestLog;
}

/** Sets up and looks into the simulated Meta, in the same process. */
export class MetaControl {
  readonly #deps: MetaControlDeps;

  constructor(deps: MetaControlDeps) {
    this.#deps = deps;
  }

  /**
   * Goes through the popup without a browser.
   * @throws SignupRefused where the real popup would not open or go on
   */
  completeSignup(request: SignupRequest): SignupResult {
    const { appId, configId, extras, ...rest } = request;
    const { responseType, overrideDefaultResponseType, ...choice } = rest;
    const launch: Launch = {
      appId,
      configId,
      extras,
      responseType: responseType ?? "code",
      overrideDefaultResponseType: overrideDefaultResponseType ?? true,
    };
    return completeSignup(this.#deps.signup, launch, choice);
  }

  /** The popup sends a one-time code by SMS to the number, and from then on wants it to finish. */
  async sendCode({ phoneNumber }: { phoneNumber: string }): Promise<SentCode> {
    const code = this.#deps.signup.store.newNumberCode(phoneNumber);
    const text = `${code.slice(0, 3)}-${code.slice(3)}`;
    const body = `Your WhatsApp code is ${text}. Don't share it with anyone.`;
    const isDelivered = await this.#deps.deliverSms({ to: phoneNumber, from: "WhatsApp", body });
    if (isDelivered === undefined) return { to: "phone", code };
    return { to: isDelivered ? "webhook" : "nowhere" };
  }

  /**
   * A WABA with numbers, as the customer set it up at Meta; one that is there gets the numbers, and
   * a number that is in it becomes what is given.
   */
  seedWaba(given: { id: string; name?: string; numbers?: AddedNumber[] }): Waba {
    const { signup, shared } = this.#deps;
    const { store } = signup;
    const { businessId } = store.person(undefined);
    const waba = store.ensureWaba(given.id, businessId, given.name ?? "Seeded account");
    for (const number of given.numbers ?? []) {
      const { codeVerificationStatus, status } = store.addNumber(waba, waba.name, number);
      const isVerified = codeVerificationStatus === "VERIFIED" || status === "CONNECTED";
      shared.recordNumber(waba.id, number.phoneNumber, isVerified);
    }
    return waba;
  }

  /** The customer takes back what was shared with Twilio: 63101 from then on. */
  unshareWaba(wabaId: string): void {
    this.#deps.shared.unshare(wabaId);
  }

  addFault(fault: Fault): void {
    this.#deps.faults.add(fault);
  }

  wabas(): Waba[] {
    return this.#deps.signup.store.wabas();
  }

  /** Every request to the Graph API since the last reset, in order. */
  requests(): RecordedRequest[] {
    return this.#deps.log.all().filter(({ side }) => side === "meta");
  }
}
