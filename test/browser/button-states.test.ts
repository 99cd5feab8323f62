import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { unfitFor } from "../support/customer-words.ts";
import { newNumber } from "../support/numbers.ts";
import { ButtonPage } from "./button-page.ts";
import { Shop } from "./shop.ts";
import { customer, setTheStage, theatre } from "./stage.ts";

let shop: Shop;
let button: ButtonPage;

setTheStage({}, async () => {
  button = new ButtonPage(shop, customer);
  shop.newCustomer();
});

beforeAll(async () => {
  shop = await Shop.open(theatre.serviceUrl, [theatre.serviceUrl]);
});

afterAll(() => {
  shop.close();
});

describe("<connect-whatsapp>, where something is in its way", () => {
  test("closes the window again and says why, where the backend refuses a session", async () => {
    shop.refusals.POST = {
      status: 429,
      body: {
        code: "rate_limited",
        title: "Demasiados intentos",
        action: "Compara TWILIO_AUTH_TOKEN.",
        customerAction: "Espera un minuto.",
      },
    };
    await button.open();
    await button.press();
    await button.until("failed");

    expect(await button.events()).toEqual([
      [
        "failed",
        {
          state: "failed",
          isFinal: true,
          code: "rate_limited",
          title: "Demasiados intentos",
          customerAction: "Espera un minuto.",
        },
      ],
    ]);
    expect(await button.words()).toContain("Demasiados intentos. Espera un minuto.");
    expect(await button.words()).not.toContain("TWILIO");
    expect(await customer.windowCount()).toBe(1);

    delete shop.refusals.POST;
    await button.press();
    await button.until("waiting");
  });

  test.each(["javascript:alert(1)", "data:text/html,x", undefined])(
    "opens no address like %s",
    async (signupUrl) => {
      shop.refusals.POST = { status: 201, body: { sessionId: "wss_1", signupUrl } };
      await button.open();
      await button.press();
      await button.until("failed");

      expect(await button.events()).toMatchObject([["failed", { code: "invalid_answer" }]]);
      expect(await customer.windowCount()).toBe(1);
    },
  );

  test("says in the console that it was told no address", async () => {
    customer.forgive(/needs the attribute session-url/);
    const said: string[] = [];
    customer.page.on("console", (message) => said.push(message.text()));
    await button.open("<connect-whatsapp");
    await button.press();
    await button.until("failed");

    expect(said).toContain(
      "<connect-whatsapp> needs the attribute session-url, or the property createSession.",
    );
  });

  test("says so where the backend cannot be reached", async () => {
    await customer.cutLine("*/api/whatsapp/session", 1);
    await button.open();
    await button.press();
    await button.until("failed");

    expect(await button.events()).toMatchObject([["failed", { code: "network_error" }]]);
  });

  test("offers a link where the browser blocks the window", async () => {
    await customer.page.evaluateOnNewDocument("window.open = () => null");
    await button.open();
    await button.press();
    await button.untilWords("no dejó abrir");
    await customer.screenshot("button blocked");
    await customer.page.locator("connect-whatsapp >>> a").click();
    await button.untilWords("Continúa en la ventana");
    await button.finishSignup();

    await button.until("connected");
    expect(await customer.page.$eval("connect-whatsapp >>> a", (link) => link.hidden)).toBe(true);
  });

  test("goes on where the state cannot be learnt for a while", async () => {
    await button.open();
    await button.press();
    await button.until("waiting");
    shop.refusals.GET = { status: 429, body: {} };
    expect(await button.pollsIn(3000)).toBeGreaterThan(0);
    expect(await button.state()).toBe("waiting");
    delete shop.refusals.GET;
    await button.finishSignup();

    await button.until("connected");
  });

  test("tells the customer that our team is at it, not what the operator has to do", async () => {
    const phoneNumber = newNumber();
    theatre.setScenario(phoneNumber, { kind: "refused", code: 63102 });
    shop.newCustomer(phoneNumber);
    await button.open();
    await button.press();
    await button.finishSignup();
    await button.until("failed");

    expect(await button.words()).toContain("Nuestro equipo tiene que resolver esto.");
    expect(unfitFor(await button.words())).toBeUndefined();
  });

  test.each([
    ["Twilio looks at the code", { step: "verification", waitingFor: "twilio", error: null }],
    [
      "the service tries again by itself",
      {
        step: "sender",
        waitingFor: "customer",
        error: { code: "waba_not_shared", actor: "customer", retryable: true },
      },
    ],
  ])("asks the customer for nothing while %s", async (_what, registration) => {
    const integration = { externalId: "+5511987654321", status: "pending", registration };
    const statusUrl = `${theatre.serviceUrl}/whatsapp/signup/result?session=wss_1`;
    shop.refusals.GET = { status: 200, body: { status: "completed", statusUrl, integration } };
    await button.open();
    await button.press();
    await button.until("pending");

    expect(await button.words()).toContain("Falta que WhatsApp lo active");
    expect(await button.label()).toBe("Conectando…");
    expect(await customer.page.$eval("connect-whatsapp >>> a", (link) => link.hidden)).toBe(true);
  });

  test("ends where the backend knows no such session", async () => {
    shop.refusals.GET = { status: 404, body: { code: "session_unknown" } };
    await button.open();
    await button.press();
    await button.until("failed");

    expect(await button.events()).toMatchObject([["failed", { code: "session_unknown" }]]);
    expect(await button.pollsIn(2500)).toBe(0);
  });
});

describe("<connect-whatsapp>, while it waits", () => {
  test("asks at growing intervals", async () => {
    await button.open();
    await button.press();
    await button.until("waiting");
    await button.pollsIn(6000);

    const [first = 0, second = 0, third = 0, fourth = 0] = shop.askedAtMs;
    expect(second - first).toBeGreaterThan(900);
    expect(fourth - third).toBeGreaterThan(1.5 * (second - first));
  });

  test("asks nothing while the page is hidden, and at once when it is seen again", async () => {
    await button.open();
    await button.press();
    await button.until("waiting");
    await button.pollsIn(500);
    await customer.page.evaluate(hide(true));
    await button.pollsIn(300);
    expect(await button.pollsIn(3000)).toBe(0);

    await button.untilPolledAfter(() => customer.page.evaluate(hide(false)));
  });

  test("stops when it is removed, and goes on when it is put back", async () => {
    await button.open();
    await button.press();
    await button.until("waiting");
    await customer.page.evaluate(`window.one = document.querySelector("connect-whatsapp");
      one.remove()`);
    await button.pollsIn(300);
    expect(await button.pollsIn(2500)).toBe(0);

    await button.untilPolledAfter(() =>
      customer.page.evaluate(`document.querySelector("main").append(one)`),
    );
  });

  test("opens one window in the click, before the session is there, however often it is pressed", async () => {
    await button.open();
    await customer.page.evaluate(`{
      const one = document.querySelector("connect-whatsapp");
      window.calls = 0;
      one.createSession = () => { calls += 1; return new Promise(() => {}); };
    }`);
    await button.press();
    await button.until("opening");
    await button.press();

    expect(await customer.page.evaluate("calls")).toBe(1);
    expect(await customer.windowCount()).toBe(2);
  });
});

function hide(hidden: boolean): string {
  return `Object.defineProperty(document, "hidden", { value: ${hidden}, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"))`;
}
