import type { Fault, FaultBook } from "../http/faults.ts";
import type { RecordedRequest, RequestLog } from "../http/request-log.ts";
import type { SharedWabas } from "../shared-wabas.ts";
import type { Launch } from "./launch.ts";
import { completeSignup, type SignupChoice, type SignupDeps, type SignupResult } from "./signup.ts";
import type { Waba } from "./store.ts";

/** A launch as scripts give it; what is left out is as it should be. */
export type SignupRequest = SignupChoice &
  Pick<Launch, "appId" | "configId" | "extras"> &
  Partial<Launch>;

export interface MetaControlDeps {
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
   * @throws LaunchRefused where the real popup would not open
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

  /** A WABA with numbers, as the customer set it up at Meta before. */
  seedWaba(given: {
    id: string;
    name?: string;
    numbers?: { phoneNumber: string; display?: string }[];
  }): Waba {
    const { store } = this.#deps.signup;
    const businessId = store.people[0]?.businessId ?? "";
    const waba = store.ensureWaba(given.id, businessId, given.name ?? "Seeded account");
    for (const { phoneNumber, display } of given.numbers ?? []) {
      store.addNumber(waba, phoneNumber, waba.name, display);
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
