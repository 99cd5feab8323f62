import { setTimeout as sleep } from "node:timers/promises";
import type { Page } from "puppeteer-core";
import { eventually } from "../support/wait.ts";
import type { Customer } from "./customer.ts";
import type { Shop } from "./shop.ts";

/** The element as a page writes it, open for more attributes. */
export const BUTTON = `<connect-whatsapp session-url="/api/whatsapp/session" status-url="/api/whatsapp/session/{id}"`;
const EVENTS = ["connected", "pending", "cancelled", "failed"];

/** The SaaS's page with one button or more, and what it was told. */
export class ButtonPage {
  readonly #shop: Shop;
  readonly #customer: Customer;

  constructor(shop: Shop, customer: Customer) {
    this.#shop = shop;
    this.#customer = customer;
  }

  /** @param buttons each as an open tag without its end */
  async open(...buttons: string[]): Promise<void> {
    const tags = buttons.length > 0 ? buttons : [BUTTON];
    this.#shop.page = {
      ...this.#shop.page,
      body: tags.map((tag) => `<p>${tag}></connect-whatsapp></p>`).join(""),
    };
    await this.#customer.page.evaluateOnNewDocument(`window.told = [];
      for (const type of ${JSON.stringify(EVENTS)})
        addEventListener(type, ({ detail }) => told.push([type, detail]));`);
    await this.#customer.page.goto(this.#shop.url);
    await this.until("idle");
  }

  async press(selector = "connect-whatsapp"): Promise<void> {
    await this.#customer.page.locator(`${selector} >>> button`).click();
  }

  async state(selector = "connect-whatsapp"): Promise<unknown> {
    return await this.#customer.page.$eval(selector, (one) => one.getAttribute("state"));
  }

  async until(state: string, selector = "connect-whatsapp"): Promise<void> {
    await this.#customer.page.waitForSelector(`${selector}[state=${state}]`, { timeout: 90_000 });
  }

  async untilWords(part: string): Promise<void> {
    await this.#customer.page.waitForFunction(
      `document.querySelector("connect-whatsapp").shadowRoot.querySelector("p").textContent.includes(${JSON.stringify(part)})`,
      { timeout: 90_000 },
    );
  }

  /** What the live region says. */
  async words(): Promise<string> {
    return await this.#customer.text("connect-whatsapp >>> [role=status]");
  }

  async label(): Promise<string> {
    return await this.#customer.text("connect-whatsapp >>> button");
  }

  /** The events that reached the window so far, with their details. */
  async events(): Promise<[string, Record<string, unknown>][]> {
    return (await this.#customer.page.evaluate("told")) as [string, Record<string, unknown>][];
  }

  /** How often the backend was asked for a state within this time. */
  async pollsIn(periodMs: number): Promise<number> {
    const before = this.#shop.asked.length;
    await sleep(periodMs);
    return this.#shop.asked.length - before;
  }

  /** Does this, and waits until the backend is asked for a state. */
  async untilPolledAfter(act: () => Promise<unknown>): Promise<void> {
    const before = this.#shop.asked.length;
    await act();
    await eventually(
      async () => this.#shop.asked.length,
      (asked) => asked > before,
      2000,
    );
  }

  /** Presses the button of the signup page that was opened. */
  async startSignup(): Promise<Page> {
    const signup = await this.#customer.window("/whatsapp/signup");
    await signup.locator("#go:not([disabled])").click();
    return signup;
  }

  /** The whole signup in the window that was opened. */
  async finishSignup(): Promise<void> {
    await this.startSignup();
    const { phoneNumber = "" } = this.#shop.customer;
    await this.#customer.endPopup("finish", { phoneNumber });
  }
}
