import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { BUTTON, ButtonPage } from "./button-page.ts";
import { Shop } from "./shop.ts";
import { eventually } from "../support/wait.ts";
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

describe("<connect-whatsapp>, from the press to the end", () => {
  test("leads through the page and Meta's popup to a connected number", async () => {
    await button.open();
    await button.press();
    await button.until("waiting");
    await button.finishSignup();
    await button.until("connected");

    const number = shop.customer.phoneNumber;
    expect(await button.words()).toBe(`Tu número ya está conectado: ${number}`);
    expect(await button.label()).toBe("WhatsApp conectado");
    expect((await button.events()).at(-1)).toEqual([
      "connected",
      {
        state: "connected",
        isFinal: true,
        sessionId: shop.asked[0],
        integrationId: expect.stringMatching(/^[0-9a-f]{24}$/),
        phoneNumber: number,
      },
    ]);
    expect(await button.pollsIn(2500)).toBe(0);
    // The SaaS's page is there already: the signup's tab does not open it once more.
    const signup = await customer.window("/whatsapp/signup/result");
    await signup.waitForSelector("#close-tab:not([hidden])");
    await signup.click("#close-tab");
    await eventually(
      () => customer.windowCount(),
      (count) => count === 1,
    );
  });

  test("works by keyboard alone, and keeps the focus", async () => {
    await button.open();
    await customer.page.keyboard.press("Tab");
    await customer.page.keyboard.press("Enter");
    await button.until("waiting");
    await button.finishSignup();
    await button.until("connected");

    expect(await customer.page.evaluate("document.activeElement.localName")).toBe(
      "connect-whatsapp",
    );
  });

  test.each(["tab", "popup"])("gives the window of open=%s no way back", async (way) => {
    await button.open(`${BUTTON} open="${way}"`);
    await button.press();
    const page = await customer.window("/whatsapp/signup");

    expect(await page.evaluate("opener")).toBeNull();
    expect(await customer.windowCount()).toBe(2);
  });

  test("goes on in the same tab with open=self, and knows its session again on the way back", async () => {
    await button.open(`${BUTTON} open="self" persist`);
    await button.press();
    await customer.page.waitForSelector("#go:not([disabled])");
    await customer.press("#go");
    await customer.endPopup("finish", { phoneNumber: shop.customer.phoneNumber ?? "" });
    await customer.arrival(theatre.successUrl);
    await customer.page.goto(shop.url);
    await button.until("connected");

    await customer.page.reload();
    await button.until("idle");
    expect(await button.events()).toEqual([]);
  });

  test("forgets its session over a reload without persist", async () => {
    await button.open();
    await button.press();
    await button.until("waiting");
    await customer.page.reload();

    await button.until("idle");
    expect(await button.pollsIn(1500)).toBe(0);
  });

  test("serves two at once, each with a session of its own", async () => {
    await button.open(`${BUTTON} id="one"`, `${BUTTON} id="two"`);
    await button.press("#one");
    await button.until("waiting", "#one");
    await button.finishSignup();
    await button.until("connected", "#one");
    expect(await button.state("#two")).toBe("idle");

    await button.press("#two");
    await button.until("waiting", "#two");
    await button.pollsIn(1500);
    expect(new Set(shop.asked).size).toBe(2);
    expect(await button.state("#one")).toBe("connected");
  });
});

describe("<connect-whatsapp>, where the number is not connected", () => {
  test("says that it was cancelled, and opens the same session again", async () => {
    await button.open();
    await button.press();
    const signup = await button.startSignup();
    await customer.endPopup("cancel");
    await button.until("cancelled");
    expect(await button.words()).toBe("La conexión no se terminó. Puedes intentarlo de nuevo.");
    expect(await button.label()).toBe("Inténtalo de nuevo");
    expect((await button.events()).at(-1)).toEqual([
      "cancelled",
      {
        state: "cancelled",
        isFinal: false,
        sessionId: shop.asked[0],
        code: "signup_cancelled",
      },
    ]);

    await signup.close();
    await button.press();
    await button.finishSignup();
    await button.until("connected");
    expect(new Set(shop.asked).size).toBe(1);
  });

  test.each(["error", "report"])("tells the code of an error of Meta's: %s", async (outcome) => {
    await button.open();
    await button.press();
    await button.startSignup();
    await customer.endPopup(outcome, { errorCode: "2655093" });
    await button.until("failed");

    expect((await button.events()).at(-1)).toEqual([
      "failed",
      expect.objectContaining({ code: "signup_failed", providerCode: "2655093", isFinal: false }),
    ]);
    expect(await button.words()).toBe("No se pudo conectar WhatsApp. (Código: 2655093)");
  });

  test("tells why the service took no result of the popup", async () => {
    const timeline = [{ event: "PAGE_REFUSED", data: { error: "waba_not_authorised" } }];
    shop.refusals.GET = { status: 200, body: { status: "failed", timeline } };
    await button.open();
    await button.press();
    await button.until("failed");
    delete shop.refusals.GET;

    expect((await button.events()).at(-1)).toEqual([
      "failed",
      expect.objectContaining({ code: "waba_not_authorised", isFinal: false }),
    ]);
  });

  test("tells why Twilio refused the number, in the service's words", async () => {
    shop.newCustomer("+5511912349913");
    await button.open();
    await button.press();
    await button.finishSignup();
    await button.until("failed");

    const [type, detail] = (await button.events()).at(-1) ?? [];
    expect(type).toBe("failed");
    expect(detail).toMatchObject({
      code: "number_already_on_whatsapp",
      providerCode: "63110",
      integrationId: expect.any(String),
      // The customer can still mend it on the status page.
      isFinal: false,
      statusUrl: `${theatre.serviceUrl}/whatsapp/signup/result?session=${shop.asked[0]}`,
    });
    expect(await button.words()).toContain(String(detail?.["customerAction"]));
    expect(await button.label()).toBe("Conecta de nuevo");
    expect(await customer.text("connect-whatsapp >>> a")).toBe("Mira cómo resolverlo");
  });

  test("asks for the code that WhatsApp has sent", async () => {
    shop.newCustomer("+5511912349902");
    await button.open();
    await button.press();
    await button.finishSignup();
    await button.untilWords("código que WhatsApp te envió");

    expect((await button.events()).at(-1)).toEqual([
      "pending",
      expect.objectContaining({ step: "verification", waitingFor: "customer" }),
    ]);
    expect(await button.label()).toBe("Conecta de nuevo");
    expect(await customer.text("connect-whatsapp >>> a")).toBe("Escribe el código");
    await customer.screenshot("button code es");
    await customer.page.locator("connect-whatsapp >>> a").click();
    const status = await customer.window("/whatsapp/signup/result");
    await status.waitForSelector("#code-form:not([hidden])");
  });

  test("ends where the link has expired, and starts a new session by the next press", async () => {
    await button.open();
    await button.press();
    await button.until("waiting");
    await button.pollsIn(1500);
    await theatre.expire(shop.asked[0] ?? "");
    await button.until("expired");
    expect((await button.events()).at(-1)).toEqual([
      "failed",
      expect.objectContaining({ state: "expired", code: "session_expired" }),
    ]);
    expect(await button.pollsIn(2500)).toBe(0);

    await button.press();
    await button.until("waiting");
    await button.pollsIn(1500);
    expect(new Set(shop.asked).size).toBe(2);
  });
});
