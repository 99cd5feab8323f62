import { describe, expect, test } from "@jest/globals";
import { newNumber, newWaba } from "../support/numbers.ts";
import { PHONE, customer, setTheStage, theatre } from "./stage.ts";
import { type Theatre } from "./theatre.ts";

const CODE = "482913";
const LOCALES = ["es", "pt", "en"] as const;

setTheStage({}, async () => {
  await customer.page.setViewport(PHONE);
});

type Scenario = Parameters<Theatre["setScenario"]>[1];

/** Signs a number up and opens the service's own page about it, as a link in a mail would. */
async function openStatus(scenario: Scenario, locale = "en") {
  const phoneNumber = newNumber();
  theatre.setScenario(phoneNumber, scenario);
  const body = { phoneNumber, displayName: "Padaria da Ana", locale, phoneNumberType: "byo" };
  const { sessionId, signupUrl } = await theatre.newLink(body);
  await customer.connect(signupUrl, newWaba());
  const address = `${theatre.serviceUrl}/whatsapp/signup/result?session=${sessionId}`;
  await customer.page.goto(`${address}&phone=${encodeURIComponent(phoneNumber)}`);
  return { phoneNumber, sessionId, address };
}

const untilTitle = (title: string) => customer.untilText("h1", title);
const typeCode = async (code: string) => {
  await customer.page.waitForSelector("#code-form:not([hidden])", { visible: true });
  await customer.page.focus("#code-input");
  await customer.page.keyboard.type(code);
  await customer.page.keyboard.press("Enter");
};

describe("The status page", () => {
  test("follows the registration live until the number is online, then goes on to the SaaS", async () => {
    const { sessionId, phoneNumber } = await openStatus({ kind: "online", afterMs: 1500 });
    await untilTitle("We are registering your number");
    expect(await customer.text("main")).toContain("Padaria da Ana");
    await customer.untilText("#status", "Usually takes 90 seconds.");
    await customer.untilText("#step-online", "(under way)");
    await untilTitle("Your number is connected");
    expect(await customer.text("#steps")).not.toMatch(/under way|to come/);

    expect(await customer.arrival(theatre.successUrl)).toEqual({
      status: "linked",
      sessionId,
      integrationId: expect.any(String),
      phone: phoneNumber,
    });
  });

  test("keeps the number out of the address, and works after a reload", async () => {
    const { address } = await openStatus({ kind: "online", afterMs: 1200 });
    await customer.page.waitForFunction(`location.href === ${JSON.stringify(address)}`);
    await customer.page.reload();
    await untilTitle("Your number is connected");
    await customer.page.reload();

    await customer.page.waitForSelector("#onward:not([hidden])");
    expect(await customer.text("h1")).toBe("Your number is connected");
    expect(await customer.text("#status")).not.toContain("receive");
  });

  test("keeps the chosen language over a reload", async () => {
    const { address } = await openStatus({ kind: "online", afterMs: 1200 });
    await customer.page.goto(`${address}&lang=pt`);
    await untilTitle("Seu número está conectado");
    await customer.page.reload();

    await untilTitle("Seu número está conectado");
  });

  test("asks the server again and again where its events do not come through", async () => {
    await customer.page.evaluateOnNewDocument(`window.EventSource = class extends EventTarget {
      static CLOSED = 2;
      readyState = 2;
      constructor() { super(); setTimeout(() => this.dispatchEvent(new Event("error")), 50); }
      close() {}
    };`);
    await openStatus({ kind: "online", afterMs: 800 });

    await untilTitle("Your number is connected");
  });

  test("notices that its events have stopped, though the line says nothing", async () => {
    // A line that is half open: one event, and then silence, of which a minute passes at once.
    await customer.page.evaluateOnNewDocument(`{
      const later = window.setTimeout;
      window.setTimeout = (run, ms) => later(run, ms > 20_000 ? 500 : ms);
      const Stream = window.EventSource;
      window.EventSource = class extends Stream {
        addEventListener(type, listener) {
          super.addEventListener(type, listener, { once: true });
        }
      };
    }`);
    await openStatus({ kind: "online", afterMs: 1500 });

    await untilTitle("Your number is connected");
  });

  test("listens anew when it comes back into view", async () => {
    await customer.page.evaluateOnNewDocument(`{
      const Stream = window.EventSource;
      window.streams = 0;
      window.EventSource = class extends Stream {
        constructor(address) { super(address); window.streams += 1; }
      };
    }`);
    await openStatus({ kind: "never" });
    await customer.page.waitForFunction("streams === 1");
    await customer.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");

    expect(await customer.value("streams")).toBe(2);
  });

  test("says why where the server refuses", async () => {
    await openStatus({ kind: "never" });
    await customer.page.waitForSelector("#step-online.current");
    await customer.page
      .browserContext()
      .deleteCookie(...(await customer.page.browserContext().cookies()));
    await customer.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");

    await untilTitle("Other browser");
    expect(await customer.text("#status")).toContain("ask for a new link");
    expect(await customer.text("#steps")).not.toContain("under way");
  });

  test("shows the failed signup where the registration was taken back", async () => {
    const { sessionId } = await openStatus({ kind: "never" });
    await customer.page.waitForSelector("#step-online.current");
    await theatre.takeBack(sessionId);
    await customer.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");

    await untilTitle("Connection not completed");
  });

  test("says what went wrong and what helps, and leads back", async () => {
    const { sessionId } = await openStatus({ kind: "offline", code: 63110 });
    await untilTitle("Number already on WhatsApp");
    expect(await customer.text("#status")).toContain(
      "For support: number_already_on_whatsapp 63110",
    );
    expect(await customer.text("#step-online")).toContain("(with a problem)");
    await customer.press("#onward");

    expect(await customer.arrival(theatre.failureUrl)).toMatchObject({
      code: "number_already_on_whatsapp",
      sessionId,
    });
  });
});

describe("The status page, when a one-time code is due", () => {
  test("takes it by keyboard alone, tells of a wrong one, and goes on with the right one", async () => {
    await openStatus({ kind: "code", code: CODE });
    await typeCode("12");
    await customer.untilText("#code-error", "the whole code: digits only");
    await customer.page.keyboard.press("Backspace");
    await customer.page.keyboard.press("Backspace");
    await typeCode("000000");
    await customer.untilText("#status", "verification_code_wrong");
    await customer.page.waitForSelector("#code-input[aria-invalid=true] ~ #code-error:not(:empty)");
    await typeCode(`${CODE.slice(0, 3)} ${CODE.slice(3)}`);

    await untilTitle("Your number is connected");
  });

  test("has another one sent by call, and says why not twice in a row", async () => {
    await openStatus({ kind: "code", code: CODE });
    await customer.page.waitForSelector("#code-form:not([hidden])", { visible: true });
    await customer.press("#resend [data-method=voice]");
    await customer.untilText("#said", "We asked for a new code.");
    await customer.page.waitForSelector("#code-form:not([hidden])", { visible: true });
    await customer.press("#resend [data-method=sms]");
    await customer.untilText("#said", "Wait a minute");
  });

  test("can be had by call where Twilio lost it", async () => {
    await openStatus({ kind: "automatic_code_lost" });
    await customer.page.waitForSelector("#resend", { visible: true });
    expect(await customer.value("document.getElementById('code-form').hidden")).toBe(true);
    await customer.press("#resend [data-method=voice]");
    await typeCode("123456");

    await untilTitle("Your number is connected");
  });

  test("is sent again by itself where the server is at work on the number", async () => {
    const { sessionId } = await openStatus({ kind: "code", code: CODE });
    await customer.page.waitForSelector("#code-form:not([hidden])", { visible: true });
    const release = await theatre.occupy(sessionId);
    customer.forgive(/409/);
    const refused = customer.page.waitForResponse(
      (response) => response.url().endsWith("/verification") && response.status() === 409,
    );
    await typeCode(CODE);
    await refused;
    await release();

    await untilTitle("Your number is connected");
  });

  test("says so where the line is down, and sends it by the next press", async () => {
    await openStatus({ kind: "code", code: CODE });
    await customer.page.waitForSelector("#code-form:not([hidden])", { visible: true });
    await customer.cutLine("*/whatsapp/signup/verification", 1);
    await typeCode(CODE);
    await customer.untilText("#said", "We could not reach the server.");
    await customer.page.keyboard.press("Enter");

    await untilTitle("Your number is connected");
  });
});

describe("The status page, in three languages, light and dark", () => {
  const screens: readonly [string, Scenario, string][] = [
    ["status working", { kind: "never" }, "#step-online.current"],
    ["status code", { kind: "code" }, "#code-form:not([hidden])"],
    ["status connected", { kind: "online", afterMs: 0 }, "#status.connected"],
    ["status problem", { kind: "offline", code: 63110 }, "#status.problem"],
  ];

  test.each(screens)("can be used by everybody: %s", async (name, scenario, sign) => {
    const { address } = await openStatus(scenario);
    await customer.page.waitForSelector(sign);
    for (const locale of LOCALES) {
      await customer.page.setViewport({ width: 360, height: 740 });
      await customer.page.goto(`${address}&lang=${locale}`);
      await customer.page.waitForSelector(sign);
      expect(await customer.value("document.documentElement.lang.slice(0, 2)")).toBe(locale);
      expect(await customer.value("document.documentElement.scrollWidth")).toBe(360);
      for (const scheme of ["light", "dark"] as const) {
        expect(await customer.accessibilityViolations(scheme)).toEqual([]);
        await customer.screenshot(`${name}-${locale}-${scheme}`);
      }
    }
  });
});
