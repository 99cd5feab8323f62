import { describe, expect, test } from "@jest/globals";
import { pageTexts } from "../../src/pages/texts/index.ts";
import { LOCALES } from "../../src/problems/locales.ts";
import { problemText } from "../../src/problems/render.ts";
import { STEPS } from "../../dev/simulator/meta/signup.ts";
import { newNumber } from "../support/numbers.ts";
import { BRAND, PHONE, brandOn, customer, setTheStage, theatre, wholeBrand } from "./stage.ts";
import { LINK, NUMBER } from "./theatre.ts";

/** Some thirty screens, each read by axe twice. */
const CHAIN_TIMEOUT_MS = 180_000;

const ENV = {
  META_APP_SECRET: "app-secret-of-the-tests",
  ...BRAND,
};

setTheStage(ENV, async () => {
  await customer.page.setViewport(PHONE);
  // What the page waits for before it tries again or gives up passes at once.
  await customer.page.evaluateOnNewDocument(`{
    const later = window.setTimeout;
    window.setTimeout = (run, ms) => later(run, ms > 300 && ms < 10_000 ? 300 : ms);
  }`);
});

describe.each(LOCALES)("Every screen of the signup page in %s, light and dark", (locale) => {
  const { browser: texts } = pageTexts(locale);
  const { notices, steps, advice } = texts;
  const link = { ...LINK, locale };

  /** The screen that is shown can be used by everybody. */
  async function isGood(name: string) {
    expect(await customer.value("document.documentElement.lang.slice(0, 2)")).toBe(locale);
    expect(await customer.value("document.documentElement.scrollWidth")).toBe(360);
    expect(await brandOn(customer.page)).toEqual(wholeBrand());
    for (const scheme of ["light", "dark"] as const) {
      expect([name, scheme, await customer.accessibilityViolations(scheme)]).toEqual([
        name,
        scheme,
        [],
      ]);
      await customer.screenshot(`${name}-${locale}-${scheme}`);
    }
  }

  const problem = (code: Parameters<typeof problemText>[0]) => problemText(code, locale).title;
  const tryAgain = async () => await customer.press("#notice .primary");

  type Ending = [
    outcome: string,
    details: Record<string, string>,
    title: string,
    part?: string | undefined,
  ];
  const endings: Ending[] = [
    ...STEPS.map((currentStep): Ending => [
      "cancel",
      { currentStep },
      notices.cancelled.title,
      steps[currentStep],
    ]),
    ["error", { errorCode: "3441030" }, notices.failed.title, advice.numberInUse],
    ["closed", {}, notices.popupClosed.title],
    [
      "unknown_event",
      { event: "SOMETHING_NEW", order: "callback-first", callback: "never" },
      notices.popupClosed.title,
    ],
    ["finish", { message: "never" }, notices.unfinished.title],
    ["finish_coexistence", {}, problem("coexistence_unsupported")],
    ["finish", { callback: "empty" }, problem("waba_proof_missing")],
    ["finish", { grant: "other" }, problem("waba_not_authorised")],
  ];

  test(
    "from the form through each ending of the popup to the end",
    async () => {
      const { signupUrl } = await theatre.newLink({ locale });
      await customer.page.goto(signupUrl);
      await customer.press("#go");
      await customer.page.waitForSelector("[aria-invalid=true]");
      await isGood("field errors");
      await customer.page.type("#phoneNumber", NUMBER);
      await customer.page.type("#displayName", "Padaria da Ana");
      await isGood("form");
      expect(await customer.text("#form")).toMatch(/ Mostrador .*WhatsApp/);
      await customer.press("#go");
      await customer.popup();
      await customer.notice(texts.waiting.title);
      await isGood("popup open");
      for (const [outcome, details, title, part = title] of endings) {
        await customer.endPopup(outcome, { ...numberOf(outcome), ...details });
        expect(await customer.notice(title)).toContain(part);
        await isGood([outcome, ...Object.values(details)].join(" "));
        await tryAgain();
      }

      const goOn = await customer.holdLine("*/whatsapp/onboarding-callback");
      await customer.endPopup("finish", numberOf("finish"));
      await customer.notice(texts.finishing);
      await isGood("finishing");
      await goOn();
      expect(await customer.arrival(theatre.successUrl)).toMatchObject({ status: "pending" });
      await customer.page.goto(signupUrl);
      expect(await customer.text("h1")).toBe(problem("session_used"));
      await isGood("session_used");
    },
    CHAIN_TIMEOUT_MS,
  );

  test("where the line or the browser fails", async () => {
    const { signupUrl } = await theatre.newLink(link);
    await customer.cutLine("*/sdk.js", 2);
    await customer.page.goto(signupUrl);
    await customer.press("#go");
    await customer.notice(notices.sdkMissing.title);
    await isGood("sdk missing");
    await customer.cutLine("*/whatsapp/signup/start", 1);
    await tryAgain();
    await customer.notice(notices.offline.title);
    await isGood("offline");

    await customer.page.evaluate(
      "Object.defineProperty(navigator.userActivation, 'isActive', { value: false, configurable: true })",
    );
    await tryAgain();
    await customer.notice(texts.confirm.title);
    await isGood("confirm");
    await customer.page.evaluate("window.allowed = window.open; window.open = () => null");
    await tryAgain();
    await customer.notice(notices.popupBlocked.title);
    await isGood("popup blocked");
    await customer.page.evaluate("window.open = allowed; delete navigator.userActivation.isActive");
    await tryAgain();
    await customer.notice(texts.confirm.title);
    await tryAgain();
    const mend = await customer.cutLine("*/whatsapp/onboarding-callback", Infinity);
    await customer.endPopup("finish", numberOf("finish"));
    await customer.notice(notices.notHandedOver.title);
    await isGood("not handed over");
    mend();
    await tryAgain();
    expect(await customer.arrival(theatre.successUrl)).toMatchObject({ status: "pending" });
  });

  test("where the link is passed on or opened in another app", async () => {
    await customer.page.evaluateOnNewDocument(
      "delete Navigator.prototype.share; delete Navigator.prototype.clipboard;",
    );
    const { signupUrl } = await theatre.newLink(link);
    await customer.page.goto(signupUrl);
    await customer.page.click("#sharing summary");
    await customer.press("#share");
    await customer.notice(texts.copyLink);
    await isGood("copy the link");
    await customer.page.setUserAgent({ userAgent: "Mozilla/5.0 (iPhone) Instagram 350.0" });
    await customer.page.goto(signupUrl);
    expect(await customer.notice(notices.inAppBrowser.title)).toContain(notices.inAppBrowser.text);
    await isGood("in-app browser");
  });

  test("where the browser keeps no cookies", async () => {
    const { signupUrl } = await theatre.newLink(link);
    await customer.page.goto(signupUrl);
    await customer.refuseCookies();
    await customer.press("#go");
    expect(await customer.notice(notices.noCookies.title)).toContain(notices.noCookies.text);
    await isGood("no cookies");
  });

  test("where the link cannot be used", async () => {
    await customer.page.setExtraHTTPHeaders({ "Accept-Language": locale });
    await customer.page.goto(`${theatre.serviceUrl}/whatsapp/signup?payload=unknown`);
    expect(await customer.text("h1")).toBe(problem("session_unknown"));
    await isGood("link unknown");
    const spoil = {
      session_expired: ({ sessionId }) => theatre.expire(sessionId),
      session_revoked: ({ sessionId }) => theatre.revoke(sessionId),
      session_in_use: ({ signupUrl }) => theatre.startElsewhere(signupUrl),
    } satisfies Record<string, (link: { sessionId: string; signupUrl: string }) => Promise<void>>;
    for (const [code, act] of Object.entries(spoil)) {
      const session = await theatre.newLink(link);
      await act(session);
      await customer.page.goto(session.signupUrl);
      expect(await customer.text("h1")).toBe(problem(code as keyof typeof spoil));
      await isGood(code);
    }
  });

  test("where Meta's code is relayed", async () => {
    const phoneNumber = newNumber();
    theatre.seedNumber(phoneNumber);
    const claims = { phone_numbers: [phoneNumber] };
    const { signupUrl } = await theatre.newLink({ ...link, phoneNumber }, claims);
    await customer.page.goto(signupUrl);
    await customer.press("#go");
    await customer.popup();
    await theatre.untilRelaying(phoneNumber);
    await theatre.sendMetaCode(phoneNumber);
    await customer.page.bringToFront();
    await customer.page.waitForSelector("#relayed-code strong");
    expect(await customer.text("#relayed-code")).toContain(texts.relayed.is);
    await isGood("code relayed");
  });
});

/** What the popup asks for besides the ending. */
function numberOf(outcome: string): Record<string, string> {
  return outcome === "finish" ? { phoneNumber: NUMBER } : {};
}
