import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { BUTTON, ButtonPage } from "./button-page.ts";
import { NONCE, Shop } from "./shop.ts";
import { customer, setTheStage, theatre } from "./stage.ts";

const PENDING = {
  externalId: "+5511987654321",
  status: "pending",
  registration: { step: "online", waitingFor: "twilio", error: null },
};
const ERROR = {
  code: "number_already_on_whatsapp",
  title: "El número ya usa WhatsApp",
  customerAction: "Elimina esa cuenta e inténtalo de nuevo.",
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

let shop: Shop;
let button: ButtonPage;

setTheStage({}, async () => {
  button = new ButtonPage(shop, customer);
  shop.newCustomer();
  shop.page.lang = "es";
});

beforeAll(async () => {
  shop = await Shop.open(theatre.serviceUrl, [theatre.serviceUrl]);
});

afterAll(() => {
  shop.close();
});

describe("<connect-whatsapp>, as the page wants it", () => {
  test("takes functions instead of addresses, also from before it was loaded", async () => {
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

  test.each([
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

  test("takes its looks from variables and parts, without an inline style", async () => {
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

  test("is dressed also in a browser without constructable style sheets", async () => {
    await customer.page.evaluateOnNewDocument("window.CSSStyleSheet = undefined");
    await button.open(`${BUTTON} nonce="${NONCE}"`);

    expect(
      await customer.page.evaluate(`getComputedStyle(document.querySelector("connect-whatsapp")
        .shadowRoot.querySelector("button")).minHeight`),
    ).toBe("44px");
  });

  test.each(["es", "pt", "en"])(
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
