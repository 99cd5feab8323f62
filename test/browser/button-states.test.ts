import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { Customer } from "./customer.ts";
import { BUTTON, ButtonPage } from "./button-page.ts";
import { NONCE, Shop } from "./shop.ts";
import { Theatre } from "./theatre.ts";

const PENDING = {
  externalId: "+5511987654321",
  status: "pending",
  registration: { step: "online", waitingFor: "twilio", error: null },
};
const ERROR = {
  code: "number_already_on_whatsapp",
  title: "El número ya usa WhatsApp",
  action: "Elimina esa cuenta e inténtalo de nuevo.",
  providerCode: "63110",
};
/** What the backend may answer, by the state that it leads to. */
const ANSWERS: readonly [string, Record<string, unknown>][] = [
  ["waiting", { status: "opened" }],
  ["pending", { status: "completed", integration: PENDING }],
  ["connected", { status: "completed", integration: { ...PENDING, status: "linked" } }],
  ["cancelled", { status: "cancelled" }],
  [
    "failed",
    {
      status: "completed",
      integration: { ...PENDING, status: "error", registration: { error: ERROR } },
    },
  ],
  ["failed", { status: "revoked" }],
  ["expired", { status: "expired" }],
];

let theatre: Theatre;
let shop: Shop;
let customer: Customer;
let button: ButtonPage;

beforeAll(async () => {
  theatre = await Theatre.open();
  shop = await Shop.open(theatre.serviceUrl, [theatre.serviceUrl]);
}, 60_000);

afterAll(async () => {
  shop.close();
  await theatre.close();
});

beforeEach(async () => {
  customer = await theatre.customer();
  button = new ButtonPage(shop, customer);
  shop.newCustomer();
  shop.page.lang = "es";
});

afterEach(async () => {
  await customer.leave();
});

describe("<connect-whatsapp>, where something is in its way", () => {
  it("closes the window again and says why, where the backend refuses a session", async () => {
    shop.refusals.POST = {
      status: 429,
      body: { code: "rate_limited", title: "Demasiados intentos", action: "Espera un minuto." },
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
          action: "Espera un minuto.",
        },
      ],
    ]);
    expect(await button.words()).toContain("Demasiados intentos. Espera un minuto.");
    expect(await customer.windowCount()).toBe(1);

    delete shop.refusals.POST;
    await button.press();
    await button.until("waiting");
  });

  it.each(["javascript:alert(1)", "data:text/html,x", undefined])(
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

  it("says so where the backend cannot be reached", async () => {
    await customer.cutLine("*/api/whatsapp/session", 1);
    await button.open();
    await button.press();
    await button.until("failed");

    expect(await button.events()).toMatchObject([["failed", { code: "network_error" }]]);
  });

  it("offers a link where the browser blocks the window", async () => {
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

  it("goes on where the state cannot be learnt for a while", async () => {
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

  it("ends where the backend knows no such session", async () => {
    shop.refusals.GET = { status: 404, body: { code: "session_unknown" } };
    await button.open();
    await button.press();
    await button.until("failed");

    expect(await button.events()).toMatchObject([["failed", { code: "session_unknown" }]]);
    expect(await button.pollsIn(2500)).toBe(0);
  });
});

describe("<connect-whatsapp>, while it waits", () => {
  it("asks at growing intervals", async () => {
    await button.open();
    await button.press();
    await button.until("waiting");
    await button.pollsIn(6000);

    const [first = 0, second = 0, third = 0, fourth = 0] = shop.askedAtMs;
    expect(second - first).toBeGreaterThan(900);
    expect(fourth - third).toBeGreaterThan(1.5 * (second - first));
  });

  it("asks nothing while the page is hidden, and at once when it is seen again", async () => {
    await button.open();
    await button.press();
    await button.until("waiting");
    await button.pollsIn(500);
    await customer.page.evaluate(hide(true));
    await button.pollsIn(300);
    expect(await button.pollsIn(3000)).toBe(0);

    await customer.page.evaluate(hide(false));
    expect(await button.pollsIn(300)).toBe(1);
  });

  it("stops when it is removed, and goes on when it is put back", async () => {
    await button.open();
    await button.press();
    await button.until("waiting");
    await customer.page.evaluate(`window.one = document.querySelector("connect-whatsapp");
      one.remove()`);
    await button.pollsIn(300);
    expect(await button.pollsIn(2500)).toBe(0);

    await customer.page.evaluate(`document.querySelector("main").append(one)`);
    expect(await button.pollsIn(300)).toBe(1);
  });

  it("does nothing by a press while it is opening", async () => {
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
  });
});

describe("<connect-whatsapp>, as the page wants it", () => {
  it("takes functions instead of addresses, also from before it was loaded", async () => {
    const [, linked] = ANSWERS[2] ?? [];
    await customer.page.evaluateOnNewDocument(`addEventListener("readystatechange", () => {
      const one = document.querySelector("connect-whatsapp");
      if (!one || one.createSession) return;
      one.sessionRequest = { displayName: "Ana" };
      one.createSession = async (request) => {
        window.request = request;
        return { sessionId: "wss_1", signupUrl: location.href };
      };
      one.getSession = async (id) => ({ sessionId: id, ...${JSON.stringify(linked)} });
    }, true)`);
    await button.open("<connect-whatsapp");
    await button.press();
    await button.until("connected");

    expect(await customer.page.evaluate("request")).toEqual({ locale: "es", displayName: "Ana" });
    expect(shop.asked).toEqual([]);
  });

  it.each([
    ["the page's language", "pt-BR", BUTTON, "Conectar WhatsApp", "Continue na janela"],
    ["its own", "pt", `${BUTTON} lang="en"`, "Connect WhatsApp", "Go on in the window"],
    ["Spanish for others", "fr", BUTTON, "Conectar WhatsApp", "Continúa en la ventana"],
    ["a label of the page's", "es", `${BUTTON} label="WhatsApp"`, "WhatsApp", "Continúa"],
  ])("speaks %s", async (_title, lang, tag, label, words) => {
    shop.page.lang = lang;
    await button.open(tag);
    expect(await button.label()).toBe(label);
    await button.press();
    await button.untilWords(words);

    expect(await button.events()).toEqual([]);
  });

  it("takes its looks from variables and parts, without an inline style", async () => {
    await button.open();
    await customer.page.evaluate(`{
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(\`connect-whatsapp { --connect-whatsapp-background: rgb(1, 2, 3) }
        connect-whatsapp::part(button) { letter-spacing: 3px }\`);
      document.adoptedStyleSheets = [sheet];
    }`);

    expect(
      await customer.page.evaluate(`{
        const inside = document.querySelector("connect-whatsapp").shadowRoot;
        const { backgroundColor, letterSpacing } = getComputedStyle(inside.querySelector("button"));
        [backgroundColor, letterSpacing, inside.querySelectorAll("style, [style]").length];
      }`),
    ).toEqual(["rgb(1, 2, 3)", "3px", 0]);
  });

  it.each(["es", "pt", "en"])(
    "is accessible in every state in %s",
    async (lang) => {
      shop.page.lang = lang;
      const found: unknown[] = [];
      for (const [index, [state, answer]] of [["idle", {}] as const, ...ANSWERS].entries()) {
        if (state !== "idle") shop.refusals.GET = { status: 200, body: answer };
        await button.open();
        if (state !== "idle") await button.press();
        await button.until(state);
        for (const scheme of ["light", "dark"] as const) {
          found.push(await customer.accessibilityViolations(scheme));
          await customer.screenshot(`button ${lang} ${index} ${state} ${scheme}`);
        }
      }

      expect(found.flat()).toEqual([]);
    },
    60_000,
  );
});

function hide(hidden: boolean): string {
  return `Object.defineProperty(document, "hidden", { value: ${hidden}, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"))`;
}
