import { describe, expect, test } from "@jest/globals";
import { pageTexts } from "../../src/pages/texts/index.ts";
import { LOCALES } from "../../src/problems/locales.ts";
import { newNumber, newWaba } from "../support/numbers.ts";
import { NOT_FOR_CUSTOMERS } from "../support/customer-words.ts";
import { PHONE, customer, setTheStage, theatre } from "./stage.ts";
import { LINK, type Theatre } from "./theatre.ts";

type Texts = ReturnType<typeof pageTexts>["status"];

setTheStage({}, async () => {
  await customer.page.setViewport(PHONE);
});

/** Signs a number up and opens the status page. @returns its address */
async function openStatus(scenario: Parameters<Theatre["setScenario"]>[1]) {
  const phoneNumber = newNumber();
  theatre.setScenario(phoneNumber, scenario);
  const { sessionId, signupUrl } = await theatre.newLink({
    ...LINK,
    phoneNumber,
    phoneNumberType: "byo",
  });
  await customer.connect(signupUrl, newWaba());
  const address = `${theatre.serviceUrl}/whatsapp/signup/result?session=${sessionId}`;
  await customer.page.goto(address);
  return { address, sessionId };
}

/** What axe finds in each language, light and dark, once the page says this. */
async function violations(address: string, selector: string, words: (texts: Texts) => string) {
  const found: unknown[] = [];
  for (const locale of LOCALES) {
    await customer.page.goto(`${address}&lang=${locale}`);
    await customer.untilText(selector, words(pageTexts(locale).status));
    expect(await customer.value("document.documentElement.scrollWidth")).toBe(360);
    for (const scheme of ["light", "dark"] as const) {
      found.push(await customer.accessibilityViolations(scheme));
    }
  }
  return found.flat();
}

describe("The status page, where others have to act", () => {
  test("names nobody behind the service, and gives support the session's id", async () => {
    const { sessionId } = await openStatus({ kind: "refused", code: 63102 });
    await customer.untilText("#status", "Our team has to solve this.");
    const page = await customer.text("main");

    expect(page).toContain(`For support: ${sessionId}`);
    expect(page).not.toMatch(NOT_FOR_CUSTOMERS);
  });
});

describe("The status page's rarer screens, in three languages, light and dark", () => {
  test("says that the code was wrong", async () => {
    const { address } = await openStatus({ kind: "code" });
    await customer.page.waitForSelector("#code-form:not([hidden])", { visible: true });
    await customer.page.type("#code-input", "\u2066000\u2011000\u2069");
    await customer.page.keyboard.press("Enter");
    await customer.untilText("#status", "verification_code_wrong");

    expect(await violations(address, "#status", () => "verification_code_wrong")).toEqual([]);
  });

  test("says that the number was disconnected", async () => {
    const { address, sessionId } = await openStatus({ kind: "online" });
    await customer.untilText("h1", pageTexts("en").status.connected.title);
    await theatre.disconnect(sessionId);

    expect(await violations(address, "h1", ({ disconnected }) => disconnected.title)).toEqual([]);
  });

  test("says that a later link took the number over", async () => {
    const { address, sessionId } = await openStatus({ kind: "online" });
    await customer.untilText("h1", pageTexts("en").status.connected.title);
    await theatre.replace(sessionId);

    expect(await violations(address, "h1", ({ replaced }) => replaced.title)).toEqual([]);
  });
});
