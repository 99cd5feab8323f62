import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Page } from "puppeteer-core";
import { createSaasApp } from "../../dev/demo/saas/app.ts";
import { Backend } from "../../dev/demo/saas/backend.ts";
import { newNumber, newUser } from "../support/numbers.ts";
import { TEST_SECRET } from "../support/service.ts";
import { Theatre } from "./theatre.ts";

const NUMBERS = Array.from({ length: 4 }, newNumber);
const BUTTON = "connect-whatsapp >>> button";
const LOCALES = ["es", "pt", "en"] as const;
/** More controls than any page has. */
const TABS_MAX = 40;

let theatre: Theatre;
let saas: Server;

beforeAll(async () => {
  theatre = await Theatre.open();
  const backend = new Backend({
    serviceUrl: theatre.serviceUrl,
    secret: TEST_SECRET,
    customer: { userId: newUser(), accountName: "Padaria da Ana", phoneNumbers: [] },
  });
  const choices = NUMBERS.map((phoneNumber) => ({
    phoneNumber,
    labels: { es: phoneNumber, pt: phoneNumber, en: phoneNumber },
  }));
  saas = createServer(createSaasApp(backend, choices)).listen(0, "127.0.0.1");
  await once(saas, "listening");
}, 180_000);

afterAll(async () => {
  saas.close();
  saas.closeAllConnections();
  await theatre.close();
});

const homeIn = (locale: string) =>
  `http://127.0.0.1:${(saas.address() as AddressInfo).port}/?lang=${locale}`;

/** Goes on by Tab until this has the focus, also in a shadow tree, as someone without a mouse does. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let tabs = 0; tabs < TABS_MAX; tabs += 1) {
    await page.keyboard.press("Tab");
    const isThere = await page.evaluate(`(() => {
      let active = document.activeElement;
      while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
      return active?.matches(${JSON.stringify(selector)}) ?? false;
    })()`);
    if (isThere) return;
  }
  throw new Error(`no Tab leads to ${selector}`);
}

describe("The demo", () => {
  test("connects the number that was chosen, disconnects it and connects it again, by mouse", async () => {
    const [chosen = "", other = ""] = NUMBERS;
    const customer = await theatre.customer();
    await customer.page.goto(homeIn("es"));
    await customer.page.select("#number", chosen);
    await customer.screenshot("demo page");
    await customer.press(BUTTON);
    const signup = await customer.window("/whatsapp/signup");
    await signup.locator("#go:not([disabled])").click();
    await customer.endPopup("finish");
    await customer.page.waitForSelector("connect-whatsapp[state=connected]");
    await customer.page.waitForSelector(".pill.linked");
    await customer.screenshot("demo page connected");

    expect(await customer.text("connect-whatsapp >>> [role=status]")).toContain(chosen);
    expect(await customer.text("#integrations")).toContain(chosen);
    expect(await customer.accessibilityViolations("light")).toEqual([]);
    expect(await customer.accessibilityViolations("dark")).toEqual([]);

    await signup.close();
    await customer.press("#integrations .row button");
    await customer.page.waitForSelector(".pill.disconnected");
    await customer.press("#integrations connect-whatsapp >>> button");
    const again = await customer.window("/whatsapp/signup");
    await again.locator("#go:not([disabled])").click();
    await customer.endPopup("finish");
    await customer.page.waitForSelector(".pill.linked");

    await customer.page.select("#number", other);
    await customer.page.waitForSelector("connect-whatsapp[state=idle]");
    await customer.leave();
  });

  test.each(LOCALES)(
    "connects a number by keyboard alone, on a phone's width, in %s",
    async (locale) => {
      const number = NUMBERS[1 + LOCALES.indexOf(locale)] ?? "";
      const customer = await theatre.customer();
      const phone = { width: 360, height: 740 };
      await customer.page.setViewport(phone);
      await customer.page.goto(homeIn(locale));
      await tabTo(customer.page, "#number");
      // A select takes what is typed for the choice that begins so.
      await customer.page.keyboard.type(number);
      await tabTo(customer.page, "button");
      await customer.page.keyboard.press("Enter");

      const signup = await customer.window("/whatsapp/signup");
      await signup.setViewport(phone);
      await signup.waitForSelector("#go:not([disabled])");
      expect(await signup.evaluate("document.documentElement.lang.slice(0, 2)")).toBe(locale);
      expect(await signup.evaluate("document.documentElement.scrollWidth")).toBe(360);
      await tabTo(signup, "#go");
      await signup.keyboard.press("Enter");

      const popup = await customer.popup();
      expect(await popup.evaluate("document.querySelector('[name=phoneNumber]').value")).toBe(
        number,
      );
      await tabTo(popup, "[data-outcome=finish]");
      await popup.keyboard.press("Enter");

      await customer.page.waitForSelector("connect-whatsapp[state=connected]");
      await customer.untilText("#integrations", number);
      expect(await customer.page.evaluate("document.documentElement.scrollWidth")).toBe(360);
      await customer.leave();
    },
  );
});
