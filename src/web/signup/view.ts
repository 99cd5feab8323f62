import { element } from "../shared/element.ts";
import type { Action, Screen } from "./types.ts";

/** The page's two faces: the form, and a screen that stands in its place. */
export class View {
  readonly #intro = element("intro");
  readonly #notice = element("notice");
  readonly #live = element("live");
  readonly #languages = document.getElementById("languages");
  readonly #go = element("go");
  readonly #goLabel = this.#go.textContent;

  constructor() {
    // The server sends the button disabled, since without this script nothing listens to it.
    this.#go.removeAttribute("disabled");
  }

  /** Shows the form with its button ready. */
  showForm(): void {
    this.#live.textContent = "";
    this.#go.textContent = this.#goLabel;
    this.#go.removeAttribute("aria-busy");
    this.#notice.hidden = true;
    this.#intro.hidden = false;
    this.#showLanguages(true);
  }

  /** Marks the main button, wherever it is now, as at work. */
  showWork(text: string): void {
    this.#showLanguages(false);
    this.say(text)?.setAttribute("aria-busy", "true");
  }

  /** Shows a screen in place of the form and moves the focus to it. */
  show(screen: Screen): void {
    this.showForm();
    this.#notice.className = `notice ${screen.tone}`;
    this.#notice.setAttribute("role", screen.tone === "problem" ? "alert" : "status");
    this.#notice.replaceChildren(...this.#contentOf(screen));
    this.#intro.hidden = true;
    this.#notice.hidden = false;
    this.#showLanguages(screen.tone !== "at-work");
    this.#notice.focus();
  }

  /** Adds small print to the screen that is shown, and what can be done about it. */
  add(text: string, action: Action): void {
    this.#notice.append(finePrint(text), this.#control(action));
  }

  /** Says something beside the buttons, seen by all. */
  sayQuietly(text: string): void {
    const place = element("said");
    place.hidden = false;
    place.textContent = text;
  }

  /** Says something in the main button, and to screen readers. @returns the button */
  say(text: string): Element | null {
    const button = this.#notice.hidden ? this.#go : this.#notice.querySelector("button");
    this.#sayIn(button, text);
    return button;
  }

  /** Says something in a button, and to screen readers. */
  #sayIn(button: Element | null, text: string): void {
    this.#live.textContent = text;
    if (button) button.textContent = text;
  }

  /** Another language is another page, which would lose a popup that is open. */
  #showLanguages(isShown: boolean): void {
    if (this.#languages) this.#languages.style.visibility = isShown ? "" : "hidden";
  }

  #contentOf(screen: Screen): HTMLElement[] {
    const title = make("h2", screen.title);
    title.id = "notice-title";
    const nodes: HTMLElement[] = [title, ...screen.paragraphs.map((text) => make("p", text))];
    if (screen.link !== undefined) nodes.push(linkField(screen.link, title.id));
    nodes.push(...screen.actions.map((action) => this.#control(action)));
    if (screen.details !== undefined) nodes.push(finePrint(screen.details));
    return nodes;
  }

  #control({ label, run, href, isMain }: Action): HTMLElement {
    const node = make(href === undefined ? "button" : "a", label);
    if (node instanceof HTMLAnchorElement) node.href = href ?? "";
    else node.type = "button";
    node.className = isMain ? "primary" : "button";
    node.addEventListener("click", () => run?.((words) => this.#sayIn(node, words)));
    return node;
  }
}

function finePrint(text: string): HTMLElement {
  const line = make("p", text);
  line.className = "fine";
  return line;
}

function linkField(address: string, labelId: string): HTMLElement {
  const field = make("input", "");
  field.readOnly = true;
  field.value = address;
  field.id = "link";
  field.setAttribute("aria-labelledby", labelId);
  field.addEventListener("focus", () => field.select());
  return field;
}

function make<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, text: string) {
  const node = document.createElement(tag);
  node.textContent = text;
  return node;
}
