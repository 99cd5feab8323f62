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

  constructor(input: HTMLInputElement, country: HTMLSelectElement) {
    this.#input = input;
    this.#country = country;
  }

  /** A number typed whole chooses its country by itself. */
  follow(): void {
    const whole = this.#compact();
    if (!whole.startsWith("+")) return;
    const options = [...this.#country.options];
    for (let length = 3; length > 0; length -= 1) {
      const code = whole.slice(1, 1 + length);
      const same = options.filter((option) => code.length === length && codeOf(option) === code);
      const [first] = same;
      if (first) {
        if (!same.some(({ selected }) => selected)) {
          this.#country.value = MAIN[code] ?? first.value;
        }
        return;
      }
    }
  }

  /** The number in E.164, as far as it is typed. */
  value(): string {
    const digits = this.#compact();
    if (digits === "" || digits.startsWith("+")) return digits;
    const code = codeOf(this.#country.selectedOptions[0]);
    // As in addresses of wa.me: what follows the country's code is a national number by itself.
    if (digits.startsWith(code) && digits.length - code.length >= NATIONAL_LENGTH) {
      return `+${digits}`;
    }
    return `+${code}${KEEPS_ZERO.has(code) ? digits : digits.replace(/^0+/, "")}`;
  }

  /** Whether the number can be one; the server is the judge of it. */
  isGood(): boolean {
    return E164.test(this.value());
  }

  /** Whether nothing that is typed after this can make it good. */
  isHopeless(): boolean {
    return LETTERS.test(withoutSeparators(this.#input.value)) || this.value().length > 16;
  }

  #compact(): string {
    return withoutSeparators(this.#input.value)
      .replace(/^00/, "+")
      .replace(TRUNK_ZERO, (_zero, start: string, code: string) =>
        KEEPS_ZERO.has(code) ? `${start}0` : start,
      )
      .replaceAll(/[()]/g, "");
  }
}

/** @param option its text ends in the calling code: `Brasil +55` */
function codeOf(option: HTMLOptionElement | undefined): string {
  return option?.text.split("+").pop() ?? "";
}
