import type { BrowserData } from "../../pages/browser-data.ts";
import type { BrowserTexts } from "../../pages/texts/page-texts.ts";
import type { ProblemBody } from "../shared/api.ts";
import { seenName } from "../shared/pasted.ts";
import { keep, recall } from "../shared/storage.ts";
import { nameDoubt } from "./name-doubt.ts";
import { NumberField } from "./number-field.ts";
import type { FieldValues } from "./types.ts";

const DRAFT_KEY = "whatsapp-signup-draft";

interface Draft {
  payload: string;
  values: [id: string, value: string][];
}

/** The number and the name, where the page asks for them. */
export class Fields {
  readonly #inputs: readonly HTMLInputElement[];
  readonly #controls: readonly (HTMLInputElement | HTMLSelectElement)[];
  readonly #texts: BrowserTexts["fields"];
  readonly #payload: string;
  readonly #number: NumberField | undefined;

  constructor(form: HTMLElement, { texts, payload, nationalNumbers = {} }: BrowserData) {
    this.#inputs = [...form.querySelectorAll("input")];
    this.#texts = texts.fields;
    this.#payload = payload;
    const country = form.querySelector("select");
    const number = this.#inputs.find(({ type }) => type === "tel");
    this.#number =
      number && country ? new NumberField(number, country, nationalNumbers) : undefined;
    this.#controls = country ? [country, ...this.#inputs] : this.#inputs;
    this.#restore();
    for (const input of this.#inputs) {
      input.addEventListener("input", () => this.#onInput(input));
      input.addEventListener("change", () => this.#check(input));
      this.#hint(input);
    }
    country?.addEventListener("change", () => number && this.#onInput(number));
  }

  areAsked(): boolean {
    return this.#inputs.length > 0;
  }

  /** Checks all fields; what is wrong is said at each. */
  areGood(): boolean {
    return this.#inputs.filter((input) => !this.#check(input)).length === 0;
  }

  values(): FieldValues {
    return Object.fromEntries(this.#inputs.map((input) => [input.name, this.#valueOf(input)]));
  }

  focusWrong(): void {
    this.#inputs.find(isMarked)?.focus();
  }

  /** Shows the server's complaints at their fields; false if none belongs to a field of this page. */
  complain(issues: NonNullable<ProblemBody["issues"]>): boolean {
    const wrong = this.#inputs.filter(({ name }) => issues.some(({ path }) => path === name));
    for (const input of wrong) {
      const { numberInvalid, nameInvalid } = this.#texts;
      mark(input, input.type === "tel" ? numberInvalid : nameInvalid);
    }
    this.focusWrong();
    return wrong.length > 0;
  }

  #onInput(input: HTMLInputElement): void {
    if (input.type === "tel") this.#number?.follow();
    if (isMarked(input) || (input.type === "tel" && this.#number?.isHopeless())) {
      this.#check(input);
    }
    this.#hint(input);
    const draft: Draft = {
      payload: this.#payload,
      values: this.#controls.map(({ id, value }) => [id, value]),
    };
    keep(DRAFT_KEY, draft);
  }

  /** What was typed before a reload, or before the page changed its language. */
  #restore(): void {
    const draft = recall(DRAFT_KEY) as Draft | undefined;
    if (draft?.payload === this.#payload) {
      const values = new Map(draft.values);
      for (const control of this.#controls) {
        control.value = values.get(control.id) ?? control.value;
      }
    }
    this.#number?.follow();
  }

  #valueOf(input: HTMLInputElement): string {
    return input.type === "tel" && this.#number ? this.#number.value() : seenName(input.value);
  }

  #check(input: HTMLInputElement): boolean {
    const isNumber = input.type === "tel";
    const { numberMissing, numberInvalid, nameMissing } = this.#texts;
    let complaint = "";
    if (this.#valueOf(input) === "") {
      complaint = isNumber ? numberMissing : nameMissing;
    } else if (isNumber && (!this.#number?.isGood() || this.#number.isHopeless())) {
      complaint = numberInvalid;
    }
    mark(input, complaint);
    return complaint === "";
  }

  /** While one types: the number as it will be sent, or what speaks against its country or the name. */
  #hint(input: HTMLInputElement): void {
    const hint = document.getElementById(`${input.id}-hint`);
    if (!hint) return;
    hint.dataset.plain ??= hint.textContent ?? "";
    const value = this.#valueOf(input);
    let text = hint.dataset.plain;
    if (input.type === "tel") {
      const isGood = value !== "" && this.#number?.isGood() && !this.#number.isHopeless();
      const doubted = isGood ? this.#number?.doubtedCountry() : undefined;
      text = isGood ? `${this.#texts.fullNumber}: ${value}` : text;
      if (doubted !== undefined) {
        text = `${text}. ${this.#texts.countryDoubt.replace("{country}", doubted)}`;
      }
      hint.classList.toggle("doubt", doubted !== undefined);
      showCheck(isGood ? value : undefined);
    } else if (value !== "") {
      const doubt = nameDoubt(value);
      text = doubt ? this.#texts.nameDoubts[doubt] : text;
      hint.classList.toggle("doubt", doubt !== undefined);
    }
    hint.textContent = text;
  }
}

/** The link to WhatsApp's own answer whether a number is in use. */
function showCheck(number: string | undefined): void {
  const link = document.getElementById("check");
  if (link instanceof HTMLAnchorElement) {
    link.hidden = number === undefined;
    link.href = `https://wa.me/${number?.slice(1)}?text=hi`;
  }
}

function isMarked(input: HTMLInputElement): boolean {
  return input.getAttribute("aria-invalid") === "true";
}

function mark(input: HTMLInputElement, complaint: string): void {
  input.setAttribute("aria-invalid", String(complaint !== ""));
  const place = document.getElementById(`${input.id}-error`);
  if (place) place.textContent = complaint;
}
