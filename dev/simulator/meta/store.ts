import { createHash, randomBytes, randomInt } from "node:crypto";
import { parsePhoneNumber } from "libphonenumber-js";
import type { SimulatorClock } from "../clock.ts";

/** Life of the code that `FB.login` hands over. https://developers.facebook.com/documentation/business-messaging/whatsapp/embedded-signup/implementation */
const CODE_LIFE_MS = 30_000;

export interface WabaNumber {
  /** Meta's `phone_number_id`. */
  id: string;
  /** E.164. */
  phoneNumber: string;
  /** As Meta writes it. */
  display: string;
  verifiedName: string;
  codeVerificationStatus: CodeVerificationStatus;
  /** `CONNECTED` once it is in use; a number that was only added is `PENDING`. */
  status: string;
}

export const CODE_VERIFICATION_STATUSES = ["VERIFIED", "NOT_VERIFIED", "EXPIRED"] as const;
export type CodeVerificationStatus = (typeof CODE_VERIFICATION_STATUSES)[number];

/** What is known of a number that is put into a WABA; what is left out is usual. */
export interface AddedNumber {
  phoneNumber: string;
  display?: string;
  /** `VERIFIED` where it is left out. */
  codeVerificationStatus?: CodeVerificationStatus;
  /** `PENDING` where it is left out. */
  status?: string;
}

export interface Waba {
  id: string;
  name: string;
  businessId: string;
  numbers: WabaNumber[];
}

/** A person who can log in to the popup, with the business portfolio they manage. */
export interface Person {
  name: string;
  businessId: string;
  businessName: string;
}

/** What a customer's login grants. */
export interface Grant {
  wabaIds: readonly string[];
  /** False: the scope names no targets, as tokens for everything do. */
  namesTargets: boolean;
}

interface Code {
  grant: Grant;
  expiresAt: number;
  used: boolean;
}

const ANA: Person = {
  name: "Ana Souza",
  businessId: "100200300400501",
  businessName: "Padaria da Ana",
};
const PEOPLE: readonly Person[] = [
  ANA,
  { name: "Bruno Díaz", businessId: "100200300400502", businessName: "Talleres Díaz" },
];

/** Everything Meta knows: people, their WABAs, codes and tokens. */
export class MetaStore {
  readonly people = PEOPLE;
  readonly #clock: SimulatorClock;
  readonly #codeLifeMs: number;
  readonly #wabas = new Map<string, Waba>();
  readonly #codes = new Map<string, Code>();
  readonly #tokens = new Map<string, Grant>();
  readonly #numberCodes = new Map<string, string>();

  constructor(clock: SimulatorClock, codeLifeMs = CODE_LIFE_MS) {
    this.#clock = clock;
    this.#codeLifeMs = codeLifeMs;
    this.#seed();
  }

  /** Who manages this portfolio: a stranger is made up, the first person stands for nobody named. */
  person(businessId: string | undefined): Person {
    const known = PEOPLE.find((person) => person.businessId === (businessId ?? ANA.businessId));
    return known ?? { ...ANA, businessId: businessId ?? ANA.businessId };
  }

  waba(id: string): Waba | undefined {
    return this.#wabas.get(id);
  }

  wabas(): Waba[] {
    return [...this.#wabas.values()];
  }

  /** The WABA of this id, or a new one under it (or under a free id). */
  ensureWaba(id: string | undefined, businessId: string, name: string): Waba {
    const known = id === undefined ? undefined : this.#wabas.get(id);
    if (known !== undefined) return known;
    const waba: Waba = { id: id ?? randomDigits(16), name, businessId, numbers: [] };
    this.#wabas.set(waba.id, waba);
    return waba;
  }

  /** Puts the number into the WABA; its id depends on both alone, so a repeat finds it again. */
  addNumber(waba: Waba, name: string, added: AddedNumber): WabaNumber {
    const { phoneNumber, display } = added;
    const id = digitsOf(`${waba.id} ${phoneNumber}`, 15);
    const number: WabaNumber = {
      id,
      phoneNumber,
      display:
        display ?? parsePhoneNumber(phoneNumber)?.formatInternational().trim() ?? phoneNumber,
      verifiedName: name,
      codeVerificationStatus: added.codeVerificationStatus ?? "VERIFIED",
      status: added.status ?? "PENDING",
    };
    waba.numbers = [...waba.numbers.filter((other) => other.id !== id), number];
    return number;
  }

  issueCode(grant: Grant): string {
    const code = `AQ${randomBytes(48).toString("base64url")}`;
    this.#codes.set(code, { grant, expiresAt: this.#now() + this.#codeLifeMs, used: false });
    return code;
  }

  /** Trades a code for a token, once and in time. */
  redeem(code: string): { token: string } | { refused: "unknown" | "used" | "expired" } {
    const known = this.#codes.get(code);
    if (known === undefined) return { refused: "unknown" };
    if (known.used) return { refused: "used" };
    if (this.#now() >= known.expiresAt) return { refused: "expired" };
    known.used = true;
    const token = `EAA${randomBytes(60).toString("base64url").replace(/[-_]/g, "Z")}`;
    this.#tokens.set(token, known.grant);
    return { token };
  }

  /** A new one-time code for a number; the popup then wants it. */
  newNumberCode(phoneNumber: string): string {
    const code = String(randomInt(100_000, 1_000_000));
    this.#numberCodes.set(phoneNumber, code);
    return code;
  }

  /** The code that the popup waits for, if one was sent. */
  numberCode(phoneNumber: string): string | undefined {
    return this.#numberCodes.get(phoneNumber);
  }

  grantOf(token: string): Grant | undefined {
    return this.#tokens.get(token);
  }

  clear(): void {
    this.#wabas.clear();
    this.#codes.clear();
    this.#tokens.clear();
    this.#numberCodes.clear();
    this.#seed();
  }

  #seed(): void {
    for (const { businessId, businessName } of PEOPLE) {
      this.ensureWaba(digitsOf(businessId, 16), businessId, businessName);
    }
  }

  #now(): number {
    return this.#clock.now().getTime();
  }
}

/** Ids at Meta are strings of digits that can exceed 2^53. */
function digitsOf(text: string, length: number): string {
  const hex = createHash("sha256").update(text).digest("hex");
  return `1${BigInt(`0x${hex}`).toString()}`.slice(0, length);
}

function randomDigits(length: number): string {
  return digitsOf(randomBytes(16).toString("hex"), length);
}
