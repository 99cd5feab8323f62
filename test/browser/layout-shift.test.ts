import { describe, expect, test } from "@jest/globals";
import { newNumber, newWaba } from "../support/numbers.ts";
import { PHONE, customer, setTheStage, theatre } from "./stage.ts";
import { LINK, NUMBER, type Theatre } from "./theatre.ts";

const CODE = "482913";

setTheStage({}, async () => {
  await customer.page.setViewport(PHONE);
  await customer.watchShifts();
});

describe("The status page moves nothing", () => {
  async function openStatus(scenario: Parameters<Theatre["setScenario"]>[1], locale: string) {
    const phoneNumber = newNumber();
    theatre.setScenario(phoneNumber, scenario);
    const body = { phoneNumber, displayName: "Padaria da Ana", locale, phoneNumberType: "byo" };
    const { sessionId, signupUrl } = await theatre.newLink(body);
    await customer.connect(signupUrl, newWaba());
    await customer.page.goto(`${theatre.serviceUrl}/whatsapp/signup/result?session=${sessionId}`);
  }

  const enter = async (code: string) => {
    await customer.page.waitForSelector("#code-form:not([hidden])", { visible: true });
    await customer.page.focus("#code-input");
    await customer.page.keyboard.type(code);
    await customer.page.keyboard.press("Enter");
  };

  test.each(["es", "pt", "en"])("from a wrong code to the right one, in %s", async (locale) => {
    await openStatus({ kind: "code", code: CODE }, locale);
    await enter("000000");
    await customer.untilText("#status", "verification_code_wrong");
    await enter(CODE);
    await customer.page.waitForSelector("#status.connected");

    expect(await customer.shifts()).toEqual([]);
  });

  test.each(["es", "pt"])(
    "on the narrowest phones, where titles are longest: %s",
    async (locale) => {
      await customer.page.setViewport({ width: 320, height: 568 });
      await openStatus({ kind: "code", code: CODE }, locale);
      await enter("000000");
      await customer.untilText("#status", "verification_code_wrong");
      await enter(CODE);
      await customer.page.waitForSelector("#status.connected");

      expect(await customer.shifts()).toEqual([]);
    },
  );

  test("from the work to its end", async () => {
    await openStatus({ kind: "online", afterMs: 1500 }, "en");
    await customer.page.waitForSelector("#status.working");
    await customer.page.waitForSelector("#status.connected");

    expect(await customer.shifts()).toEqual([]);
  });

  test("from the work to a problem", async () => {
    await openStatus({ kind: "offline", code: 63110 }, "en");
    await customer.page.waitForSelector("#status.problem");

    expect(await customer.shifts()).toEqual([]);
  });
});

describe("The signup page moves nothing", () => {
  test("from the form through Meta's popup to a failure and on", async () => {
    const { signupUrl } = await theatre.newLink({ locale: "en", displayName: "Padaria da Ana" });
    await customer.page.goto(signupUrl);
    await customer.page.type("#phoneNumber", NUMBER);
    await customer.press("#go");
    await customer.endPopup("error", { errorCode: "3441030" });
    await customer.notice("Facebook could not complete the connection");
    await customer.press("#notice .primary");
    await customer.popup();
    await customer.page.bringToFront();
    await customer.notice("Continue in the Facebook window");

    expect(await customer.shifts()).toEqual([]);
  });

  test("where it doubts that a window has opened", async () => {
    await customer.page.evaluateOnNewDocument(`{
      const kept = window.open.bind(window);
      Object.defineProperty(window, "open", { get: () => kept, set() {} });
    }`);
    const { signupUrl } = await theatre.newLink(LINK);
    await customer.page.goto(signupUrl);
    await customer.press("#go");
    await customer.popup();
    await customer.page.bringToFront();
    await customer.untilText("#notice", "No Facebook window?");

    expect(await customer.shifts()).toEqual([]);
    await customer.screenshot("window not seen");
  });
});
