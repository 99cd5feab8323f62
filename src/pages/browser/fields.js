// @ts-check
/** @import { BrowserTexts, FieldValues, ProblemBody } from "./types.d.ts" */

const E164 = /^\+[1-9]\d{6,14}$/;

/** The number and the name, where the page asks for them. */
export class Fields {
  #inputs;
  #texts;

  /**
   * @param {HTMLElement} form
   * @param {BrowserTexts["fields"]} texts
   */
  constructor(form, texts) {
    this.#inputs = [...form.querySelectorAll("input")];
    this.#texts = texts;
    for (const input of this.#inputs) {
      input.addEventListener("change", () => this.#check(input));
      input.addEventListener("input", () => isMarked(input) && this.#check(input));
    }
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
    return Object.fromEntries(this.#inputs.map((input) => [input.name, valueOf(input)]));
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
  #check(input) {
    const value = valueOf(input);
    const isNumber = input.type === "tel";
    const { numberMissing, numberInvalid, nameMissing } = this.#texts;
    let complaint = "";
    if (value === "") {
      complaint = isNumber ? numberMissing : nameMissing;
    } else if (isNumber && !E164.test(value)) {
      complaint = numberInvalid;
    }
    mark(input, complaint);
    return complaint === "";
  }
}

/** @param {HTMLInputElement} input */
function valueOf(input) {
  const value = input.value.trim();
  return input.type === "tel" ? value.replaceAll(/[\s().-]/g, "").replace(/^00/, "+") : value;
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
