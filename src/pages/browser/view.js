// @ts-check
/** @import { Action, Screen } from "./types.d.ts" */

/** The page's two faces: the form, and a screen that stands in its place. */
export class View {
  #intro = element("intro");
  #notice = element("notice");
  #live = element("live");
  #languages = document.getElementById("languages");
  #go = element("go");
  #goLabel = this.#go.textContent;

  constructor() {
    // The server sends the button disabled, since without this script nothing listens to it.
    this.#go.removeAttribute("disabled");
  }

  /** Shows the form with its button ready. */
  showForm() {
    this.#live.textContent = "";
    this.#go.textContent = this.#goLabel;
    this.#go.removeAttribute("aria-busy");
    this.#notice.hidden = true;
    this.#intro.hidden = false;
    this.#showLanguages(true);
  }

  /**
   * Marks the main button, wherever it is now, as at work.
   * @param {string} text
   */
  showWork(text) {
    this.#showLanguages(false);
    this.say(text)?.setAttribute("aria-busy", "true");
  }

  /**
   * Shows a screen in place of the form and moves the focus to it.
   * @param {Screen} screen
   */
  show(screen) {
    this.showForm();
    this.#notice.className = `notice ${screen.tone}`;
    this.#notice.setAttribute("role", screen.tone === "problem" ? "alert" : "status");
    this.#notice.replaceChildren(...contentOf(screen));
    this.#intro.hidden = true;
    this.#notice.hidden = false;
    this.#showLanguages(screen.tone !== "at-work");
    this.#notice.focus();
  }

  /**
   * Adds small print to the screen that is shown.
   * @param {string} text
   */
  add(text) {
    this.#notice.append(finePrint(text));
  }

  /**
   * Says something beside the buttons, seen by all.
   * @param {string} text
   */
  sayQuietly(text) {
    const place = element("said");
    place.hidden = false;
    place.textContent = text;
  }

  /**
   * Says something in the main button, and to screen readers.
   * @param {string} text
   */
  say(text) {
    this.#live.textContent = text;
    const button = this.#notice.hidden ? this.#go : this.#notice.querySelector("button");
    if (button) {
      button.textContent = text;
    }
    return button;
  }

  /**
   * Another language is another page, which would lose a popup that is open.
   * @param {boolean} isShown
   */
  #showLanguages(isShown) {
    if (this.#languages) {
      this.#languages.style.visibility = isShown ? "" : "hidden";
    }
  }
}

/** @param {Screen} screen */
function contentOf(screen) {
  const title = make("h2", screen.title);
  title.id = "notice-title";
  /** @type {HTMLElement[]} */
  const nodes = [title, ...screen.paragraphs.map((text) => make("p", text))];
  if (screen.link !== undefined) {
    nodes.push(linkField(screen.link, title.id));
  }
  nodes.push(...screen.actions.map(control));
  if (screen.details !== undefined) {
    nodes.push(finePrint(screen.details));
  }
  return nodes;
}

/** @param {Action} action */
function control({ label, run, href, isMain }) {
  const node = make(href === undefined ? "button" : "a", label);
  if (node instanceof HTMLAnchorElement) {
    node.href = href ?? "";
  } else {
    node.type = "button";
  }
  node.className = isMain ? "primary" : "button";
  node.addEventListener("click", () => run?.());
  return node;
}

/** @param {string} text */
function finePrint(text) {
  const line = make("p", text);
  line.className = "fine";
  return line;
}

/**
 * @param {string} address
 * @param {string} labelId
 */
function linkField(address, labelId) {
  const field = make("input", "");
  field.readOnly = true;
  field.value = address;
  field.id = "link";
  field.setAttribute("aria-labelledby", labelId);
  field.addEventListener("focus", () => field.select());
  return field;
}

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} text
 */
function make(tag, text) {
  const node = document.createElement(tag);
  node.textContent = text;
  return node;
}

/** @param {string} id */
export function element(id) {
  const found = document.getElementById(id);
  if (!found) {
    throw new Error(`The page has no #${id}`);
  }
  return found;
}
