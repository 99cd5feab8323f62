import { describe, expect, test } from "@jest/globals";
import { customer, setTheStage, start, theatre } from "./stage.ts";
import { LINK, NUMBER } from "./theatre.ts";

setTheStage();

describe("The signup page, where the number is connected", () => {
  test("goes from the button through Meta's popup to the return URL", async () => {
    const { sessionId } = await start();
    await customer.endPopup("finish", { phoneNumber: NUMBER });

    expect(await customer.arrival(theatre.successUrl)).toEqual({
      status: "pending",
      integrationId: expect.any(String),
      sessionId,
      phone: NUMBER,
    });
  });

  test("sends the popup's code and ids, and tells support what the popup said", async () => {
    const callbacks = customer.calls("/whatsapp/onboarding-callback");
    const events = customer.calls("/whatsapp/signup/events");
    await start();
    await customer.endPopup("finish", { phoneNumber: NUMBER, order: "callback-first" });

    expect(await customer.arrival(theatre.successUrl)).toMatchObject({ status: "pending" });
    expect(callbacks).toEqual([
      {
        payload: expect.any(String),
        WhatsAppBusinessAccountId: expect.stringMatching(/^\d+$/),
        FacebookBusinessId: expect.stringMatching(/^\d+$/),
        phoneNumberId: expect.stringMatching(/^\d+$/),
        code: expect.any(String),
      },
    ]);
    expect(events).toMatchObject([{ event: "FINISH" }]);
  });

  test("asks for the number and the name where the session lacks them", async () => {
    const session = await theatre.newLink({ locale: "en" });
    await customer.page.goto(session.signupUrl);
    await customer.page.type("#phoneNumber", "11 98");
    await customer.press("#go");
    expect(await customer.text("#phoneNumber-error")).toContain("whole number");
    expect(await customer.text("#displayName-error")).toBe("Enter the name.");
    expect(await customer.focus()).toBe("phoneNumber");

    await customer.page.locator("#phoneNumber").fill("0055 (11) 98765-4321");
    await customer.page.type("#displayName", "Padaria da Ana");
    await customer.press("#go");
    await customer.endPopup("finish", { phoneNumber: NUMBER });

    expect(await customer.arrival(theatre.successUrl)).toMatchObject({ phone: NUMBER });
  });

  test("knows a number that begins with the code of its country, as in wa.me addresses", async () => {
    const session = await theatre.newLink({ locale: "en", displayName: "Padaria da Ana" });
    await customer.page.goto(session.signupUrl);
    await customer.page.select("#country", "BR");
    const hintOf = async (number: string) => {
      await customer.page.locator("#phoneNumber").fill(number);
      return await customer.text("#phoneNumber-hint");
    };

    expect(await hintOf("5511987654321")).toBe("Whole number: +5511987654321");
    // The same digits are an area of Brazil's, too.
    expect(await hintOf("55987654321")).toBe("Whole number: +5555987654321");
  });

  test("shows at its field a number that the server does not take", async () => {
    const session = await theatre.newLink({ locale: "en", displayName: "Padaria da Ana" });
    await customer.page.goto(session.signupUrl);
    await customer.page.type("#phoneNumber", "+55123456");
    await customer.press("#go");

    await customer.page.waitForSelector("[aria-invalid=true]");
    expect(await customer.text("#phoneNumber-error")).toContain("whole number");
    expect(await customer.focus()).toBe("phoneNumber");
  });

  test("works by keyboard alone", async () => {
    const session = await theatre.newLink(LINK);
    await customer.page.goto(session.signupUrl);
    await customer.page.waitForSelector("#go:not([disabled])");
    // Past the links to the three languages.
    for (let i = 0; i < 4; i += 1) await customer.page.keyboard.press("Tab");
    expect(await customer.focus()).toBe("go");
    await customer.page.keyboard.press("Enter");
    await customer.endPopup("finish", { phoneNumber: NUMBER });

    expect(await customer.arrival(theatre.successUrl)).toMatchObject({ status: "pending" });
  });

  test("starts once however often the button is pressed", async () => {
    const session = await theatre.newLink(LINK);
    await customer.page.goto(session.signupUrl);
    const starts = customer.calls("/whatsapp/signup/start");
    await customer.page.waitForSelector("#go:not([disabled])");
    await customer.page.evaluate(
      "for (let i = 0; i < 3; i += 1) document.forms[0].requestSubmit()",
    );

    await customer.popup();
    expect(starts).toHaveLength(1);
  });

  const orders: readonly [string, string, Record<string, string>][] = [
    ["without a number", "finish_only_waba", {}],
    ["by an event that is new", "unknown_event", {}],
    ["by one that is not even named so", "unknown_event", { event: "SOMETHING_NEW" }],
    ["with the callback before the message", "finish", { order: "callback-first", delayMs: "900" }],
    ["with the message well before the callback", "finish", { delayMs: "900" }],
    ["with a callback without authResponse", "finish", { callback: "empty" }],
    ["with the message while the window stays open", "finish", { delayMs: "60000" }],
    ["with a callback that never comes", "finish", { callback: "never" }],
    ["with the account in a list", "finish", { accountField: "waba_ids" }],
    ["with the account in a list of another name", "finish", { accountField: "primary_waac_ids" }],
    ["without a number and with a list", "finish_only_waba", { accountField: "waba_ids" }],
  ];

  test.each(orders)("finishes %s", async (_title, outcome, details) => {
    await start();
    await customer.endPopup(outcome, { phoneNumber: NUMBER, ...details });

    expect(await customer.arrival(theatre.successUrl)).toMatchObject({ status: "pending" });
  });

  test("opens the popup by a second press where the first is too old", async () => {
    const session = await theatre.newLink(LINK);
    await customer.page.evaluateOnNewDocument(
      "Object.defineProperty(UserActivation.prototype, 'isActive', { get: () => false })",
    );
    await customer.page.goto(session.signupUrl);
    await customer.press("#go");
    await customer.notice("All set");
    await customer.press("#notice .primary");
    await customer.endPopup("finish", { phoneNumber: NUMBER });

    expect(await customer.arrival(theatre.successUrl)).toMatchObject({ status: "pending" });
  });
});

describe("The signup page, where an event is new to it", () => {
  test("decides nothing while the popup is open, and lets the end overrule it", async () => {
    const callbacks = customer.calls("/whatsapp/onboarding-callback");
    await start();
    const popup = await customer.popup();
    const message = { type: "WA_EMBEDDED_SIGNUP", event: "ON_THE_WAY", data: { waba_id: "42" } };
    await popup.evaluate(`opener.postMessage('${JSON.stringify(message)}', "*")`);
    await customer.endPopup("cancel");
    await customer.notice("The connection was left unfinished");

    expect(callbacks).toEqual([]);
  });
});

describe("The signup page, where the line fails", () => {
  test("does not call the signup unfinished while a slow server takes the result", async () => {
    const { sessionId } = await start();
    await customer.page.evaluate(`{
      const real = window.fetch;
      window.fetch = async (path, init) => {
        if (path.endsWith("/onboarding-callback")) await new Promise((go) => (window.goOn = go));
        return real(path, init);
      };
    }`);
    const late = { order: "callback-first", callback: "empty", delayMs: "200" };
    await customer.endPopup("finish", { phoneNumber: NUMBER, ...late });
    await customer.page.waitForFunction("window.goOn");
    // Longer than the page waits for a message after an answer without a code.
    await customer.page.evaluate("new Promise((resolve) => setTimeout(resolve, 3000))");
    expect(await customer.text("#notice h2")).toBe(
      "Saving the connection. Do not close this page.",
    );
    await customer.page.evaluate("goOn()");

    expect(await customer.arrival(theatre.successUrl)).toMatchObject({ status: "pending" });
    expect(await theatre.timelineOf(sessionId)).not.toContain("PAGE_POPUP_CLOSED");
  });

  test("hands the result over again by itself", async () => {
    await customer.cutLine("*/whatsapp/onboarding-callback", 2);
    await start();
    await customer.endPopup("finish", { phoneNumber: NUMBER });

    expect(await customer.arrival(theatre.successUrl)).toMatchObject({ status: "pending" });
  });

  test("keeps the result for a press of the button when the line stays down", async () => {
    const mend = await customer.cutLine("*/whatsapp/onboarding-callback", Infinity);
    await start();
    await customer.endPopup("finish", { phoneNumber: NUMBER });
    await customer.notice("Your authorisation is safe, but has not arrived yet");
    mend();
    await customer.press("#notice .primary");

    expect(await customer.arrival(theatre.successUrl)).toMatchObject({ status: "pending" });
  });

  test("hands the result over after a reload", async () => {
    const mend = await customer.cutLine("*/whatsapp/onboarding-callback", Infinity);
    await start();
    await customer.endPopup("finish", { phoneNumber: NUMBER });
    await customer.page.waitForFunction("sessionStorage.getItem('whatsapp-signup-result')");
    mend();
    await customer.page.reload();

    expect(await customer.arrival(theatre.successUrl)).toMatchObject({ status: "pending" });
  });

  test("hears the popup's message also after a reload, and goes on without the code", async () => {
    await start();
    await customer.popup();
    await customer.page.reload();
    await customer.page.waitForSelector("#go:not([disabled])");
    await customer.endPopup("finish", { phoneNumber: NUMBER });

    expect(await customer.arrival(theatre.successUrl)).toMatchObject({ status: "pending" });
  });

  test("goes on after a reload where only the answer was lost and the link counts as used", async () => {
    const callbacks = customer.calls("/whatsapp/onboarding-callback");
    await customer.cutLine("*/whatsapp/onboarding-callback", 1, "Response");
    const { sessionId } = await start();
    await customer.endPopup("finish", { phoneNumber: NUMBER });
    await theatre.untilStatus(sessionId, "completed");
    await customer.page.reload();

    expect(await customer.arrival(theatre.successUrl)).toMatchObject({ status: "pending" });
    expect(callbacks.length).toBeGreaterThan(1);
  });

  test("says so where the start does not get through, and starts by the next press", async () => {
    await customer.cutLine("*/whatsapp/signup/start", 1);
    await start();
    await customer.notice("No connection");
    await customer.press("#notice .primary");
    await customer.endPopup("finish", { phoneNumber: NUMBER });

    expect(await customer.arrival(theatre.successUrl)).toMatchObject({ status: "pending" });
  });
});
