import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { Browser } from "puppeteer-core";
import { launchBrowser } from "./support.ts";
import { type Stage, setStage } from "./stage.ts";
import { Visitor } from "./visitor.ts";

const NUMBER = "+5511987654321";
const LINK = { phoneNumber: NUMBER, displayName: "Padaria da Ana", locale: "en" } as const;

let browser: Browser;
let stage: Stage;
let visitor: Visitor;

beforeAll(async () => {
  [browser, stage] = await Promise.all([launchBrowser(), setStage()]);
}, 60_000);

afterAll(async () => {
  await Promise.all([browser.close(), stage.strike()]);
});

beforeEach(async () => {
  visitor = await Visitor.arrive(browser);
});

afterEach(async () => {
  const { troubles } = visitor;
  await visitor.leave();
  expect(troubles).toEqual([]);
});

/** Opens a fresh link and presses the button. */
async function start(link: Record<string, unknown> = LINK) {
  const session = await stage.newLink(link);
  await visitor.page.goto(session.signupUrl);
  await visitor.press("#go");
  return session;
}

describe("GET /whatsapp/signup in a browser: the number is connected", () => {
  it("goes from the button through Meta's popup to the return URL", async () => {
    const { sessionId } = await start();
    await visitor.endPopup("finish", { phoneNumber: NUMBER });

    const reached = await visitor.reached(stage.successUrl);
    expect(Object.fromEntries(reached.searchParams)).toEqual({
      status: "pending",
      integrationId: expect.any(String),
      sessionId,
      phone: NUMBER,
    });
  });

  it("asks for the number and the name where the session lacks them", async () => {
    const session = await stage.newLink({ locale: "en" });
    await visitor.page.goto(session.signupUrl);
    await visitor.page.type("#phoneNumber", "11 98765");
    await visitor.press("#go");
    expect(await visitor.text("#phoneNumber-error")).toContain("country code");
    expect(await visitor.text("#displayName-error")).toBe("Enter the name.");
    expect(await visitor.focus()).toBe("phoneNumber");

    await visitor.page.locator("#phoneNumber").fill("0055 (11) 98765-4321");
    await visitor.page.type("#displayName", "Padaria da Ana");
    await visitor.press("#go");
    await visitor.endPopup("finish", { phoneNumber: NUMBER });

    const reached = await visitor.reached(stage.successUrl);
    expect(reached.searchParams.get("phone")).toBe(NUMBER);
  });

  it("shows at its field a number that the server does not take", async () => {
    const session = await stage.newLink({ locale: "en", displayName: "Padaria da Ana" });
    await visitor.page.goto(session.signupUrl);
    await visitor.page.type("#phoneNumber", "+55123456");
    await visitor.press("#go");

    await visitor.page.waitForSelector("[aria-invalid=true]");
    expect(await visitor.text("#phoneNumber-error")).toContain("whole number");
    expect(await visitor.focus()).toBe("phoneNumber");
  });

  it("works by keyboard alone", async () => {
    const session = await stage.newLink(LINK);
    await visitor.page.goto(session.signupUrl);
    await visitor.page.waitForSelector("#go:not([disabled])");
    await visitor.page.keyboard.press("Tab");
    expect(await visitor.focus()).toBe("go");
    await visitor.page.keyboard.press("Enter");
    await visitor.endPopup("finish", { phoneNumber: NUMBER });

    await visitor.reached(stage.successUrl);
  });

  const orders: readonly [string, string, Record<string, string>][] = [
    ["without a number", "finish_only_waba", {}],
    ["by an event that is new", "unknown_event", {}],
    ["with the callback before the message", "finish", { order: "callback-first", delayMs: "900" }],
    ["with the message well before the callback", "finish", { delayMs: "900" }],
    ["with a callback without authResponse", "finish", { callback: "empty" }],
    ["with a callback that never comes", "finish", { callback: "never" }],
  ];

  it.each(orders)("finishes %s", async (_title, outcome, details) => {
    await start();
    await visitor.endPopup(outcome, { phoneNumber: NUMBER, ...details });

    const reached = await visitor.reached(stage.successUrl);
    expect(reached.searchParams.get("status")).toBe("pending");
  });

  it("opens the popup by a second press where the first is too old", async () => {
    const session = await stage.newLink(LINK);
    await visitor.page.goto(session.signupUrl);
    await visitor.page.evaluate("navigator.userActivation.__proto__.__defineGetter__('isActive', () => false)");
    await visitor.press("#go");
    expect(await visitor.notice()).toContain("All set");
    await visitor.press("#notice .primary");
    await visitor.endPopup("finish", { phoneNumber: NUMBER });

    await visitor.reached(stage.successUrl);
  });

  it("starts once however often the button is pressed", async () => {
    const session = await stage.newLink(LINK);
    await visitor.page.goto(session.signupUrl);
    const starts = visitor.count("/whatsapp/signup/start");
    await visitor.page.waitForSelector("#go:not([disabled])");
    await visitor.page.evaluate("for (let i = 0; i < 3; i += 1) document.getElementById('go').click()");

    await visitor.popup();
    expect(starts()).toBe(1);
  });

  it("hands the result over although the line fails for a moment", async () => {
    await visitor.failRequests("/whatsapp/onboarding-callback", 2);
    await start();
    await visitor.endPopup("finish", { phoneNumber: NUMBER });

    await visitor.reached(stage.successUrl);
  });

  it("finishes after a reload what was not handed over yet", async () => {
    const repair = await visitor.failRequests("/whatsapp/onboarding-callback", Infinity);
    await start();
    await visitor.endPopup("finish", { phoneNumber: NUMBER });
    await visitor.page.waitForFunction("sessionStorage.getItem('whatsapp-signup-result')");
    repair();
    await visitor.page.reload();

    await visitor.reached(stage.successUrl);
  });

  it("finishes after a reload although the link counts as used", async () => {
    await visitor.loseAnswers("/whatsapp/onboarding-callback");
    await start();
    await visitor.endPopup("finish", { phoneNumber: NUMBER });
    await visitor.lost();
    await visitor.page.reload();

    await visitor.reached(stage.successUrl);
  });
});
