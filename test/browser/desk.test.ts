import { describe, expect, test } from "@jest/globals";
import type { KeyInput } from "puppeteer-core";
import { deskTexts } from "../../src/pages/desk/frame.ts";
import { LOCALES } from "../../src/problems/locales.ts";
import { newNumber, newWaba } from "../support/numbers.ts";
import { customer, PHONE, setTheStage, theatre } from "./stage.ts";
import { LINK } from "./theatre.ts";

const TOKEN = "a-token-of-ana-with-32-bytes-and-more";

setTheStage({ OPS_TOKEN: `ana:${TOKEN}` }, async () => {
  await customer.page.setViewport(PHONE);
  await customer.page.setExtraHTTPHeaders({ "Accept-Language": "en" });
});

/** A number whose name WhatsApp refuses, so that the customer is awaited. @returns the number */
async function stuck(): Promise<string> {
  const phoneNumber = newNumber();
  theatre.setScenario(phoneNumber, { kind: "name_refused" });
  const own = { ...LINK, phoneNumber, phoneNumberType: "byo" };
  const { sessionId, signupUrl } = await theatre.newLink(own);
  await customer.connect(signupUrl, newWaba());
  await customer.page.goto(`${theatre.serviceUrl}/whatsapp/signup/result?session=${sessionId}`);
  await customer.page.waitForSelector("#retry:not([hidden])", { visible: true });
  return phoneNumber;
}

async function login(path = "/ops") {
  await customer.page.goto(`${theatre.serviceUrl}${path}`);
  await customer.page.type("#token", TOKEN);
  await submit(".primary");
}

async function submit(selector: string) {
  await Promise.all([customer.page.waitForNavigation(), customer.press(selector)]);
}

const searchFor = (term: string) => `/ops?q=${encodeURIComponent(term)}`;

const RETRY = "form:has([value=retry])";

describe("A support person with a phone", () => {
  test("gets from the login to a retry with its reason", async () => {
    const phoneNumber = await stuck();
    await login();
    await customer.page.type("#q", `${phoneNumber.slice(0, 3)} ${phoneNumber.slice(3)}`);
    await submit("form[role=search] .primary");

    expect(await customer.text(".status")).toBe("Stopped: somebody has to act");
    await customer.screenshot("desk-found-en-light");
    await customer.press(".acts details:has([value=retry]) summary");
    await customer.page.type(`${RETRY} [name=reason]`, "the customer has another name now");
    await customer.press(`${RETRY} [name=confirm]`);
    await submit(`${RETRY} .primary`);

    await customer.untilText("[role=status]", "Done.");
    await customer.untilText(".story", "reason: the customer has another name now");
    expect(await customer.value("document.documentElement.scrollWidth")).toBe(360);
    await submit(".who button");
    expect(await customer.text("h1")).toBe("Log in");
  });

  test("cannot press without a reason and a yes", async () => {
    const phoneNumber = await stuck();
    await login(searchFor(phoneNumber));
    await customer.press(".acts details:has([value=retry]) summary");
    await customer.press(`${RETRY} .primary`);
    const valid = (name: string) =>
      customer.value(`document.querySelector('${RETRY} [name=${name}]').validity.valid`);

    expect([await valid("reason"), await valid("confirm")]).toEqual([false, false]);
    expect(new URL(customer.page.url()).searchParams.has("did")).toBe(false);
  });

  test("can do all of it by keyboard, without JavaScript", async () => {
    const phoneNumber = await stuck();
    await customer.page.setJavaScriptEnabled(false);
    const keys = async (...pressed: KeyInput[]) => {
      for (const key of pressed) await customer.page.keyboard.press(key);
    };
    await customer.page.goto(`${theatre.serviceUrl}${searchFor(phoneNumber)}`);
    await customer.page.focus("#token");
    await customer.page.keyboard.type(TOKEN);
    await Promise.all([customer.page.waitForNavigation(), keys("Enter")]);
    await customer.page.focus(".acts details:has([value=retry]) summary");
    await keys("Enter", "Tab");
    await customer.page.keyboard.type("by keyboard");
    await keys("Tab", "Space", "Tab");
    await Promise.all([customer.page.waitForNavigation(), keys("Enter")]);

    expect(new URL(customer.page.url()).searchParams.get("did")).toBe("retry");
  });
});

describe("The operator's pages, in three languages, light and dark", () => {
  test.each(LOCALES)("can be used by everybody on a phone and a desktop: %s", async (locale) => {
    const phoneNumber = await stuck();
    const lang = `lang=${locale}`;
    const texts = deskTexts(locale);
    const paths = [
      [`/ops?${lang}`, texts.login.title],
      [`${searchFor(phoneNumber)}&${lang}`, texts.story],
      [`/ops/numbers?${lang}`, texts.numbers.counts],
      [`/ops?q=nobody&${lang}`, texts.nothing],
    ] as const;
    for (const [path, words] of paths) {
      if (path === paths[1][0]) await login();
      await customer.page.goto(`${theatre.serviceUrl}${path}`);
      expect(await customer.text("main")).toContain(words);
      await customer.page.evaluate(
        "document.querySelectorAll('details').forEach((one) => { one.open = true; })",
      );
      for (const scheme of ["light", "dark"] as const) {
        expect(await customer.accessibilityViolations(scheme)).toEqual([]);
      }
      for (const width of [360, 1280]) {
        await customer.page.setViewport({ width, height: 800 });
        expect(await customer.value("document.documentElement.scrollWidth")).toBe(width);
      }
    }
  });
});
