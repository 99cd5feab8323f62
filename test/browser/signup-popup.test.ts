import { untilEvent } from "./until-event.ts";
import { describe, expect, test } from "@jest/globals";
import { customer, finish, setTheStage, start, theatre } from "./stage.ts";
import { LINK, NUMBER } from "./theatre.ts";

const WAITING = "Continue in the Facebook window";

setTheStage();

describe("The signup page, while Meta's popup is open", () => {
  test("tells the owner that the customer went back without connecting", async () => {
    const { sessionId } = await start();
    await customer.popup();
    await customer.page.bringToFront();
    await customer.notice(WAITING);
    await customer.press("#notice a");

    await customer.arrival(theatre.failureUrl);
    await theatre.untilStatus(sessionId, "cancelled");
    expect(await theatre.timelineOf(sessionId)).toContain("PAGE_LEFT");
  });

  test("ends nothing twice where the customer goes back after the end", async () => {
    const { sessionId } = await start();
    await customer.endPopup("error");
    await customer.notice("Facebook could not complete the connection");
    await theatre.untilStatus(sessionId, "failed");
    await customer.press("#notice a");

    await customer.arrival(theatre.failureUrl);
    expect(await theatre.statusOf(sessionId)).toBe("failed");
  });

  test("only doubts where no window was seen to open, and hears of it all the same", async () => {
    await customer.page.evaluateOnNewDocument(`{
      const kept = window.open.bind(window);
      Object.defineProperty(window, "open", { get: () => kept, set() {} });
    }`);
    const { sessionId } = await start();
    await customer.popup();
    await customer.untilText("#notice", "No Facebook window?");
    expect(await customer.text("#notice h2")).toBe(WAITING);
    expect(await theatre.statusOf(sessionId)).toBe("opened");

    expect(await finish()).toMatchObject({ status: "pending" });
  });

  test("gives the session back where the window is blocked: its link works in another browser", async () => {
    const session = await theatre.newLink(LINK);
    await customer.page.evaluateOnNewDocument("window.open = () => null");
    await customer.page.goto(session.signupUrl);
    await customer.press("#go");
    await customer.notice("The browser blocked the window");
    await untilEvent(theatre, session.sessionId, "given_back");
    const link = String(await customer.value("document.querySelector('#link').value"));
    await theatre.startElsewhere(link);
    expect(await theatre.timelineOf(session.sessionId)).toContain("PAGE_POPUP_BLOCKED");
  });

  test("tells what Facebook asks first, with the number to type, before it opens and beside it", async () => {
    const session = await theatre.newLink(LINK);
    await customer.page.goto(session.signupUrl);
    await customer.untilText("#form", "type +55 11 98765 4321. Do not choose a virtual number");
    await customer.press("#go");

    expect(await customer.notice(WAITING)).toContain("type +55 11 98765 4321.");
  });

  test("leads to another browser where the customer sees none", async () => {
    await customer.page.evaluateOnNewDocument(`{
      const kept = () => null;
      Object.defineProperty(window, "open", { get: () => kept, set() {} });
    }`);
    const { sessionId, signupUrl } = await start();
    await customer.untilText("#notice", "No Facebook window?");
    await customer.press("#notice button:last-child");
    await customer.notice("The browser blocked the window");

    expect(await customer.value("document.querySelector('#link').value")).toBe(signupUrl);
    await untilEvent(theatre, sessionId, "given_back");
  });

  test("opens no second one where the first brings its result meanwhile", async () => {
    await start();
    await customer.popup();
    await customer.page.reload();
    await customer.page.waitForSelector("#go:not([disabled])");
    await customer.page.evaluate(`{
      const real = window.fetch;
      window.held = {};
      window.fetch = async (path, init) => {
        const name = path.split("/").pop();
        if (name !== "events") await new Promise((go) => (held[name] = go));
        const response = await real(path, init);
        const read = response.json.bind(response);
        response.json = async () => {
          const answer = await read();
          setTimeout(() => (window.lastHandled = name));
          return answer;
        };
        return response;
      };
      const open = window.open;
      window.opened = 0;
      window.open = (...parameters) => { opened += 1; return open(...parameters); };
    }`);
    await customer.press("#go");
    await customer.endPopup("finish", { phoneNumber: NUMBER });
    await customer.page.waitForFunction("held['onboarding-callback'] && held.start");
    await customer.page.evaluate("held.start()");
    await customer.page.waitForFunction("window.lastHandled === 'start'");
    expect(await customer.value("opened")).toBe(0);
    await customer.page.evaluate("held['onboarding-callback']()");

    expect(await customer.arrival(theatre.successUrl)).toMatchObject({ status: "pending" });
  });

  test("calls an ending with nothing but an error's code a failure, as the server does", async () => {
    const { sessionId } = await start();
    const popup = await customer.popup();
    const data = { error_code: "2655049" };
    const message = JSON.stringify({ type: "WA_EMBEDDED_SIGNUP", event: "CANCEL", data });
    await popup.evaluate(`opener.postMessage(${JSON.stringify(message)}, "*")`);

    expect(await customer.notice("Facebook could not complete the connection")).toContain(
      "connected to another provider",
    );
    await theatre.untilStatus(sessionId, "failed");
  });
});

describe("The signup page's number, once an attempt has begun", () => {
  const OTHER = "+5511912345678";

  async function startWithOne() {
    const { signupUrl } = await theatre.newLink({ locale: "en", displayName: "Padaria da Ana" });
    await customer.page.goto(signupUrl);
    await customer.page.type("#phoneNumber", NUMBER);
    await customer.press("#go");
  }

  async function finishWithTheOther() {
    await customer.page.waitForSelector("#go:not([disabled])", { visible: true });
    await customer.page.locator("#phoneNumber").fill(OTHER);
    await customer.press("#go");
    await customer.endPopup("finish", { phoneNumber: OTHER });
    return await customer.arrival(theatre.successUrl);
  }

  test("can be changed after a reload", async () => {
    await startWithOne();
    const popup = await customer.popup();
    await customer.page.reload();
    await popup.close();

    expect(await finishWithTheOther()).toMatchObject({ phone: OTHER });
  });

  test("can be changed where Facebook could not be loaded", async () => {
    await customer.cutLine("*/sdk.js", 2);
    await startWithOne();
    await customer.notice("Facebook could not be loaded");
    await customer.press("#notice .button:not(a)");

    expect(await finishWithTheOther()).toMatchObject({ phone: OTHER });
  });
});

describe("The signup page, on an old phone", () => {
  test("brings a signup to its end", async () => {
    await customer.page.evaluateOnNewDocument(`
      delete URL.canParse;
      delete AbortSignal.timeout;
      delete AbortSignal.any;
      delete Object.hasOwn;
      delete window.structuredClone;
      delete Navigator.prototype.userActivation;
      delete String.prototype.at;
      for (const name of ["at", "findLast", "findLastIndex", "toSorted", "toReversed", "with"])
        delete Array.prototype[name];`);
    await start();
    expect(await finish()).toMatchObject({ status: "pending" });
  });

  test("offers the link to copy by hand where there is no clipboard", async () => {
    await customer.page.evaluateOnNewDocument("delete Navigator.prototype.clipboard");
    await customer.page.setUserAgent({ userAgent: "Mozilla/5.0 (iPhone) Instagram 350.0" });
    const { signupUrl } = await theatre.newLink(LINK);
    await customer.page.goto(signupUrl);
    await customer.press("#notice .primary");

    await customer.untilText("#live", "Press and hold the link");
    expect(await customer.value("document.getElementById('link').value")).toBe(signupUrl);
  });

  test("says that Facebook could not be loaded where its SDK came without its object", async () => {
    await customer.page.evaluateOnNewDocument(
      "Object.defineProperty(window, 'FB', { get: () => undefined, set() {} })",
    );
    const { sessionId } = await start();

    expect(await customer.notice("Facebook could not be loaded")).toContain("Try again");
    await theatre.untilStatus(sessionId, "failed");
  });

  test("asks for cookies where the browser keeps none, and goes on with them", async () => {
    const { page } = customer;
    const { signupUrl } = await theatre.newLink(LINK);
    await page.goto(signupUrl);
    await customer.refuseCookies();
    await customer.press("#go");

    expect(await customer.notice("Cookies are switched off")).toContain("Allow cookies");
    await customer.press("#notice .primary");
    await page.waitForSelector("#go:not([disabled])", { visible: true });
    await customer.press("#go");
    expect(await finish()).toMatchObject({ status: "pending" });
  });

  test.each([
    "Mozilla/5.0 (Linux; Android 14; SM-A515F; wv) AppleWebKit/537.36 Version/4.0 Chrome/120.0",
    "Mozilla/5.0 (iPhone) Mobile/21A musical_ly_33.0.0 JsSdk/2.0 BytedanceWebview/d8a21c6",
    "Mozilla/5.0 (iPhone) [FBAN/FBIOS;FBAV/440.0]",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 [LinkedInApp]/9.30",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/21A Barcelona 330.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Twitter for iPhone/10.60",
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36 [Pinterest/Android]",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 GSA/300.0 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
  ])("shows the way out of %s", async (userAgent) => {
    const { signupUrl } = await theatre.newLink(LINK);
    await customer.page.setUserAgent({ userAgent });
    await customer.page.goto(signupUrl);

    expect(await customer.notice("Open this link in your browser")).toContain("Copy the link");
  });

  test.each([
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/120.0 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Mobile Safari/537.36",
  ])("shows the form in %s", async (userAgent) => {
    const { signupUrl } = await theatre.newLink(LINK);
    await customer.page.setUserAgent({ userAgent });
    await customer.page.goto(signupUrl);
    await customer.page.waitForSelector("#go:not([disabled])");

    expect(await customer.value("document.getElementById('notice').hidden")).toBe(true);
  });
});
