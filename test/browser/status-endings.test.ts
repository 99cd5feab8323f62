import { describe, expect, test } from "@jest/globals";
import { pageTexts } from "../../src/pages/texts/index.ts";
import { LOCALES } from "../../src/problems/locales.ts";
import { newNumber, newWaba } from "../support/numbers.ts";
import { unfitFor } from "../support/customer-words.ts";
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
    expect(unfitFor(page)).toBeUndefined();
  });
});

describe("The status page, where the customer can mend it", () => {
  test("asks for another name where WhatsApp took the first one not, and goes on with it", async () => {
    await openStatus({ kind: "name_refused" });
    await customer.page.waitForSelector("#retry-name:not([hidden])", { visible: true });
    await customer.press("#retry [type=submit]");
    await customer.untilText("#name-error", "Enter the name.");
    await customer.page.type("#name-input", "Padaria da Ana Lisboa");
    await customer.press("#retry [type=submit]");

    await customer.untilText("h1", pageTexts("en").status.code.title);
    expect(await customer.value("document.getElementById('retry').hidden")).toBe(true);
  });

  test("offers another try, and leads on to connect again where that is needed", async () => {
    const { address } = await openStatus({ kind: "offline", code: 63112 });
    await customer.page.waitForSelector("#retry:not([hidden])", { visible: true });
    expect(await customer.value("document.getElementById('retry-name').hidden")).toBe(true);
    expect(await violations(address, "#retry", ({ retry }) => retry)).toEqual([]);
    await openStatus({ kind: "refused", code: 63103 });

    await customer.untilText("#onward", "Connect again");
  });

  test("says until when the service tries again by itself", async () => {
    const { address } = await openStatus({
      kind: "refused",
      code: 20503,
      status: 503,
      times: 1000,
    });

    await customer.untilText("#status", "We are trying again by ourselves.");
    await customer.untilText("#until", "We keep trying until");
    expect(await customer.text("#until")).not.toContain("UTC");
    expect(await violations(address, "#until", ({ retryingUntil }) => retryingUntil)).toEqual([]);
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
