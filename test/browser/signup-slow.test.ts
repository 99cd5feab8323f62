import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "@jest/globals";
import { Customer } from "./customer.ts";
import { launchBrowser } from "./support.ts";
import { customer, finish, setTheStage, theatre } from "./stage.ts";
import { LINK, NUMBER } from "./theatre.ts";

/** Chromium lets a press open windows for five seconds. */
const PRESS_IS_OLD_MS = 5500;

let signupUrl: string;

setTheStage({}, async () => {
  ({ signupUrl } = await theatre.newLink({ locale: "en" }));
});

async function fillAndPress() {
  await customer.page.type("#phoneNumber", NUMBER);
  await customer.page.type("#displayName", "Padaria da Ana");
  await customer.press("#go");
}

// Every look into the page counts as a press of its own for Chromium, so nobody looks meanwhile.
describe("The signup page in a browser that blocks windows", () => {
  test("asks for one more press where the start took longer than the first one lasts", async () => {
    const goOn = await customer.holdLine("*/whatsapp/signup/start");
    await customer.page.goto(signupUrl);
    await fillAndPress();
    await sleep(PRESS_IS_OLD_MS);
    const started = customer.page.waitForResponse((one) => one.url().endsWith("/signup/start"));
    await goOn();
    await started;
    await sleep(300);
    await customer.notice("All set");
    expect(await customer.windowCount()).toBe(1);
    await customer.press("#notice .primary");

    expect(await finish()).toMatchObject({ status: "pending" });
  });

  test("says so where the browser refuses the window", async () => {
    // The small Chromium of these tests blocks all windows or none; another one blocks this press.
    const browser = await launchBrowser("--block-new-web-contents");
    const blocked = await Customer.arrive(browser);
    await blocked.page.evaluateOnNewDocument(`
      delete Navigator.prototype.userActivation;
      addEventListener("load", () => document.forms[0]?.requestSubmit());`);
    const { signupUrl: whole, sessionId } = await theatre.newLink(LINK);
    await blocked.page.goto(whole);
    await theatre.untilStatus(sessionId, "failed");

    await blocked.notice("The browser blocked the window");
    expect(await theatre.timelineOf(sessionId)).toContain("PAGE_POPUP_BLOCKED");
    expect(await blocked.windowCount()).toBe(1);
    await blocked.leave();
    await browser.close();
  });
});

describe("The signup page, while Meta's SDK hangs", () => {
  test("takes what one types and the press, and goes on once the SDK is there", async () => {
    const goOn = await customer.holdLine("*/sdk.js");
    await customer.page.goto(signupUrl, { waitUntil: "domcontentloaded" });
    await fillAndPress();
    await customer.untilText("#go", "Preparing the connection…");
    expect(await customer.value("typeof FB")).toBe("undefined");
    await goOn();

    expect(await finish()).toMatchObject({ status: "pending", phone: NUMBER });
  });

  describe("for longer than it is waited for", () => {
    const hurry = async () => {
      await customer.page.evaluateOnNewDocument(`{
        const later = window.setTimeout;
        window.setTimeout = (run, ms) => later(run, ms === 15_000 ? 300 : ms);
      }`);
    };

    test("gives up, and takes what came late by the next press", async () => {
      await hurry();
      const goOn = await customer.holdLine("*/sdk.js");
      await customer.page.goto(signupUrl, { waitUntil: "domcontentloaded" });
      await fillAndPress();
      await customer.notice("Facebook could not be loaded");
      await goOn();
      await customer.page.waitForFunction("window.FB");
      await customer.press("#notice .primary");

      expect(await finish()).toMatchObject({ status: "pending" });
    });

    test("gives up, and loads anew what has come only as Meta's stub", async () => {
      await hurry();
      const stub = "window.FB = { __buffer: {} }";
      await customer.page.evaluateOnNewDocument(stub);
      await customer.page.goto(signupUrl);
      // The page has loaded it before anything is pressed, and given up.
      await customer.page.waitForFunction("!window.FB");
      await customer.page.evaluate(stub);
      await fillAndPress();
      await customer.notice("Facebook could not be loaded");
      await customer.press("#notice .primary");

      expect(await finish()).toMatchObject({ status: "pending" });
    });
  });

  test("takes an SDK that calls nobody when it is there", async () => {
    await customer.page.evaluateOnNewDocument(
      'Object.defineProperty(window, "fbAsyncInit", { set() {}, get() {} })',
    );
    await customer.page.goto(signupUrl);
    await fillAndPress();

    expect(await finish()).toMatchObject({ status: "pending" });
  });
});
