// @ts-check
/** @import { BrowserTexts, FieldValues, ProblemBody } from "./types.d.ts" */
import { nameDoubt } from "./name-doubt.js";
import { NumberField } from "./number-field.js";
import { seenName } from "./pasted.js";
import { keep, recall } from "./storage.js";

const DRAFT_KEY = "whatsapp-signup-draft";

/** The number and the name, where the page asks for them. */
export class Fields {
  #inputs;
  #controls;
  #texts;
  #payload;
  /** @type {NumberField | undefined} */
  #number;

  /**
   * @param {HTMLElement} form
   * @param {BrowserTexts["fields"]} texts
   * @param {string} payload whose fields these are
   */
  constructor(form, texts, payload) {
    this.#inputs = [...form.querySelectorAll("input")];
    this.#texts = texts;
    this.#payload = payload;
    const country = form.querySelector("select");
    const number = this.#inputs.find(({ type }) => type === "tel");
    this.#number = number && country ? new NumberField(number, country) : undefined;
    this.#controls = country ? [country, ...this.#inputs] : this.#inputs;
    this.#restore();
    for (const input of this.#inputs) {
      input.addEventListener("input", () => this.#onInput(input));
      input.addEventListener("change", () => this.#check(input));
      this.#hint(input);
    }
    country?.addEventListener("change", () => number && this.#onInput(number));
  }

  areAsked() {
    return this.#inputs.length > 0;
  }

  /** Checks all fields; what is wrong is said at each. */
  areGood() {
    return this.#inputs.filter((input) => !this.#check(input)).length === 0;
  }

  /** @returns {FieldValues} */
  values() {
    return Object.fromEntries(this.#inputs.map((input) => [input.name, this.#valueOf(input)]));
  }

  focusWrong() {
    this.#inputs.find(isMarked)?.focus();
  }

  /**
   * Shows the server's complaints at their fields; false if none belongs to a field of this page.
   * @param {NonNullable<ProblemBody["issues"]>} issues
   */
  complain(issues) {
    const wrong = this.#inputs.filter(({ name }) => issues.some(({ path }) => path === name));
    for (const input of wrong) {
      const { numberInvalid, nameInvalid } = this.#texts;
      mark(input, input.type === "tel" ? numberInvalid : nameInvalid);
    }
    this.focusWrong();
    return wrong.length > 0;
  }

  /** @param {HTMLInputElement} input */
  #onInput(input) {
    if (input.type === "tel") {
      this.#number?.follow();
    }
    if (isMarked(input) || (input.type === "tel" && this.#number?.isHopeless())) {
      this.#check(input);
    }
    this.#hint(input);
    keep(DRAFT_KEY, {
      payload: this.#payload,
      values: this.#controls.map(({ id, value }) => [id, value]),
    });
  }

  /** What was typed before a reload, or before the page changed its language. */
  #restore() {
    const draft = recall(DRAFT_KEY);
    if (draft?.payload === this.#payload) {
      const values = new Map(draft.values);
      for (const control of this.#controls) {
        control.value = values.get(control.id) ?? control.value;
      }
    }
    this.#number?.follow();
  }

  /** @param {HTMLInputElement} input */
  #valueOf(input) {
    return input.type === "tel" && this.#number ? this.#number.value() : seenName(input.value);
  }

  /** @param {HTMLInputElement} input */
  #check(input) {
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

  /**
   * While one types: the number as it will be sent, or what Meta may not like in the name.
   * @param {HTMLInputElement} input
   */
  #hint(input) {
    const hint = document.getElementById(`${input.id}-hint`);
    if (!hint) {
      return;
    }
    hint.dataset.plain ??= hint.textContent ?? "";
    const value = this.#valueOf(input);
    let text = hint.dataset.plain;
    if (input.type === "tel") {
      const isGood = value !== "" && this.#number?.isGood() && !this.#number.isHopeless();
      text = isGood ? `${this.#texts.fullNumber}: ${value}` : text;
      showCheck(isGood ? value : undefined);
    } else if (value !== "") {
      const doubt = nameDoubt(value);
      text = doubt ? this.#texts.nameDoubts[doubt] : text;
      hint.classList.toggle("doubt", doubt !== undefined);
    }
    hint.textContent = text;
  }
}

/**
 * The link to WhatsApp's own answer whether a number is in use.
 * @param {string | undefined} number
 */
function showCheck(number) {
  const link = /** @type {HTMLAnchorElement | null} */ (document.getElementById("check"));
  if (link) {
    link.hidden = number === undefined;
    link.href = `https://wa.me/${number?.slice(1)}?text=hi`;
  }
}

/** @param {HTMLInputElement} input */
function isMarked(input) {
  return input.getAttribute("aria-invalid") === "true";
}

/**
 * @param {HTMLInputElement} input
 * @param {string} complaint
 */
function mark(input, complaint) {
  input.setAttribute("aria-invalid", String(complaint !== ""));
  const place = document.getElementById(`${input.id}-error`);
  if (place) {
    place.textContent = complaint;
  }
}
