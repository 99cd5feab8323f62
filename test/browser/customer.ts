import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import axe from "axe-core";
import type { Browser, BrowserContext, Page, Protocol, Target } from "puppeteer-core";
import { PICTURES } from "./pictures.ts";

const LOOPBACK = new Set(["localhost", "127.0.0.1"]);
/** Chromium logs the problems that the service answers on purpose, too. */
const ANSWERED_PROBLEM = /^Failed to load resource: the server responded with a status of 4\d\d/;
const CUT_LINE = /net::ERR_CONNECTION_FAILED/;

/** What moved although nobody had touched anything, as Chromium itself tells it. */
const WATCH_SHIFTS = `{
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput, sources } of list.getEntries())
      if (!hadRecentInput)
        shifts.push([value, ...sources.map(({ node }) => node?.id || node?.nodeName)]);
  }).observe({ type: "layout-shift", buffered: true });
}`;
/** When a request is cut off: on its way to the server, or its answer on the way back. */
type CutStage = Protocol.Fetch.RequestStage;

/** A person at a browser of their own: its cookies, its tabs, and what went wrong in them. */
export class Customer {
  readonly page: Page;
  readonly #context: BrowserContext;
  readonly #troubles: string[] = [];
  #isLineCut = false;
  #forgiven: RegExp | undefined;

  private constructor(context: BrowserContext, page: Page) {
    this.#context = context;
    this.page = page;
  }

  static async arrive(browser: Browser): Promise<Customer> {
    const context = await browser.createBrowserContext();
    const customer = new Customer(context, await context.newPage());
    // It ends what hangs; a slow machine needs longer than the browser's own limit.
    customer.page.setDefaultTimeout(90_000);
    customer.#watch(customer.page);
    context.on("targetcreated", (target) => void customer.#watchTarget(target));
    return customer;
  }

  /** Presses a button once it can be pressed. */
  async press(selector: string): Promise<void> {
    await this.page.locator(`${selector}:not([disabled])`).click();
  }

  async text(selector: string): Promise<string> {
    return await this.page.$eval(selector, (element) => element.textContent ?? "");
  }

  /** The text of the screen in place of the form, once it has one like this. */
  async notice(title: string): Promise<string> {
    await this.page.waitForFunction(
      `document.querySelector("#notice:not([hidden]) h2")?.textContent === ${JSON.stringify(title)}`,
    );
    return await this.text("#notice");
  }

  /** Id of the element that has the focus. */
  async focus(): Promise<unknown> {
    return await this.page.evaluate("document.activeElement.id");
  }

  /** The query that the browser brings to this address, once it is there. */
  async arrival(address: string): Promise<Record<string, string>> {
    await this.page.waitForFunction(`location.href.startsWith(${JSON.stringify(address)})`);
    return Object.fromEntries(new URL(this.page.url()).searchParams);
  }

  /** Bodies of the calls to this path so far, parsed. */
  calls(path: string): readonly unknown[] {
    const bodies: unknown[] = [];
    this.page.on("request", (request) => {
      if (new URL(request.url()).pathname === path) {
        bodies.push(JSON.parse(request.postData() ?? "{}"));
      }
    });
    return bodies;
  }

  /** Another of the browser's windows, once its address has this part. */
  async window(addressPart: string): Promise<Page> {
    const target = await this.#context.waitForTarget((one) => one.url().includes(addressPart));
    const page = await target.page();
    if (page === null) throw new Error(`${addressPart} is no page`);
    return page;
  }

  /** How many windows the browser has. */
  async windowCount(): Promise<number> {
    return (await this.#context.pages()).length;
  }

  /** Goes through the signup without Meta's popup, by the page's own calls. @returns the next page */
  async connect(signupUrl: string, wabaId: string): Promise<string> {
    await this.page.goto(signupUrl);
    const payload = new URL(signupUrl).searchParams.get("payload");
    return (await this.page.evaluate(`(async () => {
      const call = async (path, body) => (await fetch(path, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json" },
        body: JSON.stringify({ payload: ${JSON.stringify(payload)}, ...body }),
      })).json();
      await call("/whatsapp/signup/start", { confirm: true });
      const result = { WhatsAppBusinessAccountId: ${JSON.stringify(wabaId)} };
      return (await call("/whatsapp/onboarding-callback", result)).redirectUrl;
    })()`)) as string;
  }

  /** Meta's popup, once it can be used. */
  async popup(): Promise<Page> {
    const popup = await this.window("/dialog/oauth");
    await popup.waitForSelector("#signup");
    return popup;
  }

  /** Waits until an element's text has this in it. @throws Error with the text that it had at last */
  async untilText(selector: string, part: string): Promise<void> {
    const element = `document.querySelector(${JSON.stringify(selector)})`;
    try {
      await this.page.waitForFunction(`${element}?.textContent.includes(${JSON.stringify(part)})`);
    } catch (error) {
      const text = String(await this.page.evaluate("document.body.innerText"));
      throw new Error(`"${part}" is not in ${selector} of: ${text}`, { cause: error });
    }
  }

  /** A value of the page, as `document.title`. */
  async value(expression: string): Promise<unknown> {
    return await this.page.evaluate(expression);
  }

  /** Ends the popup this way; `details` are its other fields by name. */
  async endPopup(outcome: string, details: Readonly<Record<string, string>> = {}): Promise<void> {
    const popup = await this.popup();
    if (Object.keys(details).length > 0) await popup.click("summary");
    for (const [name, value] of Object.entries(details)) {
      await popup.locator(`[name="${name}"]`).fill(value);
    }
    await popup.click(`[data-outcome="${outcome}"]`);
  }

  /** Lets a window of another origin, which the page itself has opened, send the page a message. */
  async forge(address: string, message: string): Promise<void> {
    const arrived = this.page.evaluate(
      "new Promise((resolve) => addEventListener('message', () => setTimeout(resolve, 100)))",
    );
    const opened = this.#context.waitForTarget((target) => target.url().startsWith(address));
    await this.page.evaluate(`void window.open(${JSON.stringify(address)}, "_blank")`);
    const forger = await (await opened).page();
    await forger?.evaluate(`opener.postMessage(${JSON.stringify(message)}, "*")`);
    await arrived;
    await forger?.close();
  }

  /** Cuts off the next `times` requests to addresses with this pattern. @returns mends the line */
  async cutLine(urlPattern: string, times: number, requestStage: CutStage = "Request") {
    this.#isLineCut = true;
    let left = times;
    const session = await this.page.createCDPSession();
    session.on("Fetch.requestPaused", ({ requestId }) => {
      left -= 1;
      const answer =
        left >= 0
          ? session.send("Fetch.failRequest", { requestId, errorReason: "ConnectionFailed" })
          : session.send("Fetch.continueRequest", { requestId });
      // The page may be gone by now.
      answer.catch(() => undefined);
    });
    await session.send("Fetch.enable", { patterns: [{ urlPattern, requestStage }] });
    return () => {
      left = 0;
    };
  }

  /** Keeps requests to addresses with this pattern waiting. @returns lets them go on */
  async holdLine(urlPattern: string): Promise<() => Promise<void>> {
    const session = await this.page.createCDPSession();
    await session.send("Fetch.enable", { patterns: [{ urlPattern }] });
    // What waits goes on as soon as nobody holds it.
    return async () => await session.detach();
  }

  /** Troubles that a test has made on purpose. */
  forgive(pattern: RegExp): void {
    this.#forgiven = pattern;
  }

  /** What axe finds on the page in this colour scheme, in short. */
  async accessibilityViolations(scheme: "light" | "dark"): Promise<unknown> {
    await this.page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    if (!(await this.page.evaluate("'axe' in window"))) await this.page.evaluate(axe.source);
    // The scheme changes colours alone, so the other rules are asked once.
    const options = {
      resultTypes: ["violations"],
      ...(scheme === "dark" ? { runOnly: ["color-contrast"] } : {}),
    };
    return await this.page.evaluate(`axe.run(${JSON.stringify(options)}).then(({ violations }) =>
      violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)]))`);
  }

  /** Forgets its cookies, and says on this page that it keeps none. */
  async refuseCookies(): Promise<void> {
    await this.page.evaluate(
      "void Object.defineProperty(Navigator.prototype, 'cookieEnabled', { get: () => false })",
    );
    await this.#context.deleteCookie(...(await this.#context.cookies()));
  }

  /** From the next page on. */
  async watchShifts(): Promise<void> {
    await this.page.evaluateOnNewDocument(WATCH_SHIFTS);
  }

  /** What has moved by itself, once the last frame was drawn: how far, and which elements. */
  async shifts(): Promise<unknown> {
    return await this.page.evaluate(`new Promise((resolve) =>
      requestAnimationFrame(() => setTimeout(() => resolve(shifts), 100)))`);
  }

  /** Bytes that each address under `origin` costs from now on, headers included, uncached. */
  async weigh(origin: string): Promise<ReadonlyMap<string, number>> {
    const session = await this.page.createCDPSession();
    const addresses = new Map<string, string>();
    const weights = new Map<string, number>();
    session.on("Network.requestWillBeSent", ({ requestId, request }) => {
      if (request.url.startsWith(origin)) addresses.set(requestId, request.url);
    });
    session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
      const address = addresses.get(requestId);
      if (address !== undefined) weights.set(address, encodedDataLength);
    });
    await session.send("Network.enable");
    await session.send("Network.setCacheDisabled", { cacheDisabled: true });
    return weights;
  }

  /** Keeps the pictures that the documents show, at phone and desktop width, in SCREENSHOT_DIR. */
  async screenshot(name: string): Promise<void> {
    const directory = process.env["SCREENSHOT_DIR"];
    if (directory === undefined) return;
    const before = this.page.viewport();
    for (const width of [360, 1280]) {
      const file = `${name.replaceAll(" ", "-")}-${width}.png`;
      if (!PICTURES.has(file)) continue;
      await this.page.setViewport({ width, height: 800 });
      const picture = await this.page.screenshot({ fullPage: true });
      await writeFile(join(directory, file), picture);
    }
    await this.page.setViewport(before);
  }

  /**
   * Closes the browser's windows.
   * @throws Error where a script failed, the console showed an error (each CSP violation is one),
   * or a request left the machine
   */
  async leave(): Promise<void> {
    await this.#context.close();
    const troubles = this.#troubles.filter(
      (text) => !(this.#isLineCut && CUT_LINE.test(text)) && !this.#forgiven?.test(text),
    );
    if (troubles.length > 0) throw new Error(troubles.join("\n"));
  }

  async #watchTarget(target: Target): Promise<void> {
    const page = await target.page();
    if (page !== null && page !== this.page) this.#watch(page);
  }

  #watch(page: Page): void {
    page.on("pageerror", (error) => this.#troubles.push(String(error)));
    page.on("console", (message) => {
      const text = message.text();
      if (message.type() === "error" && !ANSWERED_PROBLEM.test(text)) this.#troubles.push(text);
    });
    page.on("request", (request) => {
      const { protocol, hostname } = new URL(request.url());
      const isLocal = protocol === "data:" || protocol === "blob:" || LOOPBACK.has(hostname);
      if (!isLocal) this.#troubles.push(`request to ${request.url()}`);
    });
  }
}
