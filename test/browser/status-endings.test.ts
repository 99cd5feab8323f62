import { describe, expect, test } from "@jest/globals";
import { pageTexts } from "../../src/pages/texts/index.ts";
import { LOCALES } from "../../src/problems/locales.ts";
import { newNumber, newWaba } from "../support/numbers.ts";
import { unfitFor } from "../support/customer-words.ts";
import { BRAND, PHONE, brandOn, customer, setTheStage, theatre, wholeBrand } from "./stage.ts";
import { LINK, type Theatre } from "./theatre.ts";

type Texts = ReturnType<typeof pageTexts>["status"];

setTheStage(BRAND, async () => {
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

/** What axe finds in each language, light and dark, once the page says this; the SaaS stands on each. */
async function violations(
  name: string,
  address: string,
  selector: string,
  words: (texts: Texts) => string,
) {
  const found: unknown[] = [];
  for (const locale of LOCALES) {
    await customer.page.goto(`${address}&lang=${locale}`);
    await customer.untilText(selector, words(pageTexts(locale).status));
    expect(await customer.value("document.documentElement.scrollWidth")).toBe(360);
    expect(await brandOn(customer.page)).toEqual(wholeBrand());
    for (const scheme of ["light", "dark"] as const) {
      found.push(await customer.accessibilityViolations(scheme));
      await customer.screenshot(`${name}-${locale}-${scheme}`);
    }
  }
  return found.flat();
}

/** How an element is coloured, as the browser computes it. */
const styleOf = (selector: string, property: "color" | "backgroundColor" | "borderTopColor") =>
  customer.value(
    `getComputedStyle(document.querySelector(${JSON.stringify(selector)})).${property}`,
  );

/** A colour of the stylesheet's by its name. */
const colorNamed = (name: string) =>
  customer.value(`(() => {
    const probe = document.body.appendChild(document.createElement("i"));
    probe.style.setProperty("color", "var(${name})");
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  })()`);

describe("The status page, where something went wrong, does not look as if it informed", () => {
  test("of an error", async () => {
    await openStatus({ kind: "never" });
    await customer.page.waitForSelector("#status.working");
    const informing = await styleOf("#status", "backgroundColor");
    await openStatus({ kind: "offline", code: 63112 });
    await customer.page.waitForSelector("#status.problem");

    expect(await styleOf("#status", "backgroundColor")).toBe(await colorNamed("--problem-tint"));
    expect(informing).not.toBe(await colorNamed("--problem-tint"));
  });

  test("of a command that was refused", async () => {
    await openStatus({ kind: "code" });
    await customer.page.waitForSelector("#code-form:not([hidden])", { visible: true });
    await customer.press("#resend [data-method=voice]");
    await customer.untilText("#said", pageTexts("en").status.browser.requested);
    expect(await styleOf("#said", "color")).not.toBe(await colorNamed("--problem"));
    await customer.page.waitForSelector("#code-form:not([hidden])", { visible: true });
    await customer.press("#resend [data-method=sms]");
    await customer.untilText("#said", "Wait a minute");

    expect(await styleOf("#said", "color")).toBe(await colorNamed("--problem"));
  });

  test("of a wrong code, which is red at its field", async () => {
    await openStatus({ kind: "code" });
    await customer.page.waitForSelector("#code-form:not([hidden])", { visible: true });
    const plain = await styleOf("#code-input", "borderTopColor");
    await customer.page.type("#code-input", "000000");
    await customer.page.keyboard.press("Enter");
    await customer.untilText("#code-error", "Wrong code");

    expect(await styleOf("#code-error", "color")).toBe(await colorNamed("--problem"));
    expect(await styleOf("#status", "backgroundColor")).toBe(await colorNamed("--problem-tint"));
    expect(await styleOf("#code-input", "borderTopColor")).toBe(await colorNamed("--problem"));
    expect(plain).not.toBe(await colorNamed("--problem"));
  });
});

describe("The status page in another browser", () => {
  test("says where it can be seen and leads on, and shows neither account nor number", async () => {
    const { sessionId } = await openStatus({ kind: "code" });
    await customer.page.waitForSelector("#code-form:not([hidden])", { visible: true });
    const other = await theatre.customer();
    await other.page.setViewport(PHONE);
    for (const locale of LOCALES) {
      const { elsewhere, problem } = pageTexts(locale);
      const query = `session=${sessionId}&lang=${locale}`;
      await other.page.goto(`${theatre.serviceUrl}/whatsapp/signup/result?${query}`);
      expect(await other.text("h1")).toBe(elsewhere.title);
      expect(await other.text("a.primary")).toBe(problem.back);
      expect(await other.value("document.querySelector('a.primary').origin")).toBe(
        theatre.frontendUrl,
      );
      expect(await other.text("main")).not.toMatch(/Padaria|\+55/);
      expect(await other.value("document.querySelector('form, button')")).toBeNull();
      expect(await brandOn(other.page)).toEqual(wholeBrand());
      expect(await other.value("document.documentElement.scrollWidth")).toBe(360);
      for (const scheme of ["light", "dark"] as const) {
        expect(await other.accessibilityViolations(scheme)).toEqual([]);
        await other.screenshot(`elsewhere-${locale}-${scheme}`);
      }
    }
    await other.leave();
  });
});

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
    const { address } = await openStatus({ kind: "name_refused" });
    await customer.page.waitForSelector("#retry-name:not([hidden])", { visible: true });
    await customer.press("#retry [type=submit]");
    await customer.untilText("#name-error", "Enter the name.");
    const shown = await violations("status name", address, "#retry", ({ retry }) => retry);
    expect(shown).toEqual([]);
    await customer.page.type("#name-input", "Padaria da Ana Lisboa");
    await customer.press("#retry [type=submit]");

    await customer.untilText("h1", pageTexts("en").status.code.title);
    expect(await customer.value("document.getElementById('retry').hidden")).toBe(true);
  });

  test("offers another try, and leads on to connect again where that is needed", async () => {
    const { address } = await openStatus({ kind: "offline", code: 63112 });
    await customer.page.waitForSelector("#retry:not([hidden])", { visible: true });
    expect(await customer.value("document.getElementById('retry-name').hidden")).toBe(true);
    expect(await violations("status retry", address, "#retry", ({ retry }) => retry)).toEqual([]);
    await openStatus({ kind: "refused", code: 63103 });

    await customer.untilText("#onward", "Connect again");
  });

  test("says one thing first, and where to connect again, in a tab beside the SaaS's page", async () => {
    const mended = await openStatus({ kind: "offline", code: 63112 });
    await customer.page.goto(`${mended.address}&lang=pt#tab`);
    await customer.page.waitForSelector("#retry:not([hidden])", { visible: true });
    await customer.page.waitForSelector("#close-tab:not(.primary)", { visible: true });
    const refused = await openStatus({ kind: "refused", code: 63103 });
    await customer.page.goto(`${refused.address}&lang=pt#tab`);

    await customer.untilText("#close-tab.primary", "Feche esta aba e conecte de novo");
    expect(await customer.value("document.getElementById('onward').hidden")).toBe(true);
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
    expect(
      await violations("status retrying", address, "#until", ({ retryingUntil }) => retryingUntil),
    ).toEqual([]);
  });
});

describe("The status page's rarer screens, in three languages, light and dark", () => {
  test("says that the code was wrong", async () => {
    const { address } = await openStatus({ kind: "code" });
    await customer.page.waitForSelector("#code-form:not([hidden])", { visible: true });
    await customer.page.type("#code-input", "\u2066000\u2011000\u2069");
    await customer.page.keyboard.press("Enter");
    await customer.untilText("#status", "verification_code_wrong");

    expect(
      await violations("status wrong code", address, "#status", () => "verification_code_wrong"),
    ).toEqual([]);
  });

  test("says that the number is connected", async () => {
    const { address } = await openStatus({ kind: "online" });
    await customer.untilText("h1", pageTexts("en").status.connected.title);

    expect(
      await violations("status linked", address, "h1", ({ connected }) => connected.title),
    ).toEqual([]);
  });

  test("says that the number was disconnected", async () => {
    const { address, sessionId } = await openStatus({ kind: "online" });
    await customer.untilText("h1", pageTexts("en").status.connected.title);
    await theatre.disconnect(sessionId);

    expect(
      await violations(
        "status disconnected",
        address,
        "h1",
        ({ disconnected }) => disconnected.title,
      ),
    ).toEqual([]);
    expect(await customer.text("#onward:not([hidden])")).toBe("Connect again");
  });

  test("says that a later link took the number over", async () => {
    const { address, sessionId } = await openStatus({ kind: "online" });
    await customer.untilText("h1", pageTexts("en").status.connected.title);
    await theatre.replace(sessionId);

    expect(
      await violations("status replaced", address, "h1", ({ replaced }) => replaced.title),
    ).toEqual([]);
    expect(await customer.text("#onward:not([hidden])")).toContain("Continue");
  });
});
