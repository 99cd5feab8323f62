import { withoutSeparators } from "../shared/pasted.ts";

const E164 = /^\+[1-9]\d{6,14}$/;
/** Long enough that no national number which begins like its country's code is mistaken. */
const NATIONAL_LENGTH = 10;
const LETTERS = /[^\d()+]/;
/** As in `+44 (0)7911 123456`: dialled at home only. */
const TRUNK_ZERO = /^(\+?(\d{1,3}))\(0\)/;
/** Of the countries that share a code, the main one. */
const MAIN: Readonly<Record<string, string>> = {
  1: "US",
  7: "RU",
  39: "IT",
  44: "GB",
  47: "NO",
  61: "AU",
  212: "MA",
  262: "RE",
  290: "SH",
  358: "FI",
  590: "GP",
  599: "CW",
};
/** Here numbers begin with a zero that is also dialled from abroad; elsewhere it is dropped. */
const KEEPS_ZERO: ReadonlySet<string> = new Set(["39", "225", "229", "241", "242"]);

/** The number with its country: people type it without, with, or in the country they live in. */
export class NumberField {
  readonly #input: HTMLInputElement;
  readonly #country: HTMLSelectElement;
  readonly #patterns: Readonly<Record<string, string>>;

  /** @param patterns of each country's numbers without its calling code */
  constructor(
    input: HTMLInputElement,
    country: HTMLSelectElement,
    patterns: Readonly<Record<string, string>>,
  ) {
    this.#input = input;
    this.#country = country;
    this.#patterns = patterns;
  }

  /** A number typed whole chooses its country by itself. */
  follow(): void {
    const code = this.#codeIn(this.#compact());
    const [first, ...others] = this.#countriesOf(code);
    if (first && ![first, ...others].some(({ selected }) => selected)) {
      this.#country.value = MAIN[code] ?? first.value;
    }
  }

  /** The number in E.164, as far as it is typed. */
  value(): string {
    const digits = this.#compact();
    const typedCode = this.#codeIn(digits);
    if (digits === "" || (digits.startsWith("+") && typedCode === "")) return digits;
    if (typedCode !== "") return whole(typedCode, digits.slice(1 + typedCode.length));
    const code = codeOf(this.#country.selectedOptions[0]);
    // As in addresses of wa.me: what follows the country's code is a national number by itself.
    if (digits.startsWith(code) && digits.length - code.length >= NATIONAL_LENGTH) {
      return whole(code, digits.slice(code.length));
    }
    return whole(code, digits);
  }

  /** Whether the number can be one; the server is the judge of it. */
  isGood(): boolean {
    return E164.test(this.value());
  }

  /** Whether nothing that is typed after this can make it good. */
  isHopeless(): boolean {
    return LETTERS.test(withoutSeparators(this.#input.value)) || this.value().length > 16;
  }

  /**
   * The chosen country where it has no such numbers, nor another one of its calling code: then the
   * country may be the wrong one. Undefined while the number may still grow into one of them.
   */
  doubtedCountry(): string | undefined {
    const country = this.#country.selectedOptions[0];
    const code = codeOf(country);
    const national = this.value().slice(1 + code.length);
    // A word said only when the field is left would move the button under the finger.
    if (national.length < NATIONAL_LENGTH) return undefined;
    const isKnown = this.#countriesOf(code).some(({ value }) =>
      new RegExp(`^(?:${this.#patterns[value]})$`).test(national),
    );
    return isKnown ? undefined : country?.text.replace(/\s*\+\d+$/, "");
  }

  #compact(): string {
    return withoutSeparators(this.#input.value)
      .replace(/^00/, "+")
      .replace(TRUNK_ZERO, (_zero, start: string, code: string) =>
        KEEPS_ZERO.has(code) ? `${start}0` : start,
      )
      .replaceAll(/[()]/g, "");
  }

  /** The calling code that a number typed whole begins with; empty where there is none. */
  #codeIn(digits: string): string {
    if (!digits.startsWith("+")) return "";
    const starts = [3, 2, 1].map((length) => digits.slice(1, 1 + length));
    return starts.find((code) => this.#countriesOf(code).length > 0) ?? "";
  }

  #countriesOf(code: string): HTMLOptionElement[] {
    return [...this.#country.options].filter((option) => codeOf(option) === code);
  }
}

function whole(code: string, national: string): string {
  return `+${code}${KEEPS_ZERO.has(code) ? national : national.replace(/^0+/, "")}`;
}

/** @param option its text ends in the calling code: `Brasil +55` */
function codeOf(option: HTMLOptionElement | undefined): string {
  return option?.text.split("+").pop() ?? "";
}
