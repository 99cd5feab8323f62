import { readFile } from "node:fs/promises";
import { describe, expect, test } from "@jest/globals";
import { transformSync } from "esbuild";
import { customer, setTheStage, start, theatre } from "./stage.ts";
import { LINK, NUMBER } from "./theatre.ts";

setTheStage();

const MESSAGES = new URL("../../src/web/signup/messages.ts", import.meta.url);

/** Whatever went wrong, the same session can be brought to its end. */
async function tryAgain() {
  await customer.press("#notice .primary");
  await customer.endPopup("finish", { phoneNumber: NUMBER });
  return await customer.arrival(theatre.successUrl);
}

describe("The signup page, where Meta's popup ends without a number", () => {
  test("says at which step the customer left, what helps, and tries again", async () => {
    const { sessionId } = await start();
    await customer.endPopup("cancel", { currentStep: "PHONE_NUMBER_VERIFICATION" });

    const notice = await customer.notice("The connection was left unfinished");
    expect(notice).toContain("ask for the call");
    expect(await customer.focus()).toBe("notice");
    await theatre.untilStatus(sessionId, "cancelled");
    expect(await tryAgain()).toMatchObject({ status: "pending" });
  });

  test("goes back to the SaaS with the reason", async () => {
    const { sessionId } = await start();
    await customer.endPopup("cancel");
    await customer.notice("The connection was left unfinished");
    await customer.press("#notice a");

    expect(await customer.arrival(theatre.failureUrl)).toMatchObject({
      code: "signup_cancelled",
      sessionId,
    });
  });

  test.each([
    ["an error", "error"],
    ["a reported problem", "report"],
  ])("shows %s in Meta's words, with advice and what support needs", async (_title, outcome) => {
    const { sessionId } = await start();
    const errorMessage = "This number is <b>taken</b>.";
    await customer.endPopup(outcome, { errorCode: "3441030", errorMessage });

    const notice = await customer.notice("Facebook could not complete the connection");
    expect(notice).toContain(`Facebook reports: ${errorMessage}`);
    expect(notice).toContain("The number is on WhatsApp already.");
    expect(notice).toMatch(/For support: 3441030 · sim\d+/);
    await theatre.untilStatus(sessionId, "failed");
    expect(await tryAgain()).toMatchObject({ status: "pending" });
  });

  test("refuses a number that stays in the Business app, and says why", async () => {
    await start();
    await customer.endPopup("finish_coexistence");

    const notice = await customer.notice("WhatsApp Business app not supported");
    expect(notice).toContain("coexistence_unsupported");
    expect(await tryAgain()).toMatchObject({ status: "pending" });
  });

  test("notices that the popup was closed without a word", async () => {
    await start();
    await customer.endPopup("closed");

    await customer.notice("The window closed before the end");
    expect(await tryAgain()).toMatchObject({ status: "pending" });
  });

  test("waits for the popup's end after an event that it does not know", async () => {
    await start();
    const details = { event: "SOMETHING_NEW", order: "callback-first", callback: "never" };
    await customer.endPopup("unknown_event", details);

    await customer.notice("The window closed before the end");
    expect(await tryAgain()).toMatchObject({ status: "pending" });
  });

  test("asks to repeat where the message names several accounts and not which", async () => {
    await start();
    await customer.endPopup("finish", { phoneNumber: NUMBER, accountField: "several" });

    await customer.notice("Facebook's result is missing");
    expect(await tryAgain()).toMatchObject({ status: "pending" });
  });

  test("asks to repeat where the message with the result never comes", async () => {
    await start();
    await customer.endPopup("finish", { phoneNumber: NUMBER, message: "never" });

    await customer.notice("Facebook's result is missing");
    expect(await tryAgain()).toMatchObject({ status: "pending" });
  });
});

describe("The signup page, where the popup cannot open", () => {
  test("says that the browser blocked it, and opens it in a press of its own", async () => {
    const session = await theatre.newLink(LINK);
    await customer.page.goto(session.signupUrl);
    // As browsers that do not carry a press through a fetch.
    await customer.page.evaluate(`{
      const allowed = window.open;
      let isPressed = false;
      addEventListener("click", () => {
        isPressed = true;
        setTimeout(() => (isPressed = false));
      }, true);
      window.open = (...parameters) => (isPressed ? allowed(...parameters) : null);
    }`);
    await customer.press("#go");

    await customer.notice("The browser blocked the window");
    expect(await customer.value("document.querySelector('#link').value")).toBe(session.signupUrl);
    await customer.press("#notice .primary");
    await customer.notice("All set");
    expect(await tryAgain()).toMatchObject({ status: "pending" });
  });

  test("says that Meta's SDK did not load, and loads it again", async () => {
    await customer.cutLine("*/sdk.js", 2);
    await start();

    await customer.notice("Facebook could not be loaded");
    expect(await tryAgain()).toMatchObject({ status: "pending" });
  });

  test("shows the way out of an app's own browser", async () => {
    const session = await theatre.newLink(LINK);
    await customer.page.setUserAgent({
      userAgent: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Instagram 350.0",
    });
    await customer.page.goto(session.signupUrl);

    await customer.notice("Open this link in your browser");
    const link = await customer.page.evaluate("document.getElementById('link').value");
    expect(link).toBe(session.signupUrl);
  });
});

describe("The signup page, where others speak up", () => {
  test("takes no message from another origin", async () => {
    const callbacks = customer.calls("/whatsapp/onboarding-callback");
    const events = customer.calls("/whatsapp/signup/events");
    await start();
    await customer.popup();
    for (const event of ["FINISH", "CANCEL"]) {
      const message = { type: "WA_EMBEDDED_SIGNUP", event, data: { waba_id: "6666666666" } };
      await customer.forge(theatre.frontendUrl, JSON.stringify(message));
    }

    expect(await customer.text("#notice h2")).toBe("Continue in the Facebook window");
    expect([...callbacks, ...events]).toEqual([]);
  });

  test("counts messages from Facebook's hosts over https alone", async () => {
    const { signupUrl } = await theatre.newLink(LINK);
    await customer.page.goto(signupUrl);
    const origins = [
      "https://facebook.com",
      "https://www.facebook.com",
      "https://business.facebook.com",
      "http://www.facebook.com",
      "https://www.facebook.com:8443",
      "https://evilfacebook.com",
      "https://facebook.com.evil.example",
      "https://www.facebook.evil",
      "null",
    ];

    const { code } = transformSync(await readFile(MESSAGES, "utf8"), {
      loader: "ts",
      format: "iife",
      globalName: "messages",
    });
    const trusted = await customer.page.evaluate(`(() => {
      // Phones of 2021 lack it.
      delete URL.canParse;
      ${code}
      return ${JSON.stringify(origins)}.filter((origin) => messages.isTrustedOrigin(origin, []));
    })()`);

    expect(trusted).toEqual(origins.slice(0, 3));
  });
});

describe("The signup page, where the link cannot be used", () => {
  test("says so for a link that is not known, and leads to the SaaS", async () => {
    await customer.page.goto(`${theatre.serviceUrl}/whatsapp/signup?payload=unknown`);

    expect(await customer.text("h1")).toBe("Enlace no válido");
    await customer.press("a.button");
    await customer.page.waitForFunction(`location.href === "${theatre.frontendUrl}/"`);
  });

  test("says so for a link that was used, and leads back", async () => {
    const { signupUrl } = await start();
    await customer.endPopup("finish", { phoneNumber: NUMBER });
    await customer.arrival(theatre.successUrl);
    await customer.page.goto(signupUrl);

    expect(await customer.text("h1")).toBe("Link already used");
    expect(await customer.text("a.primary")).toBe("See how your number is doing");
    await customer.press("a.button:not(.primary)");
    await customer.arrival(theatre.failureUrl);
  });

  test("says so for a link that was withdrawn while the page was open", async () => {
    const session = await theatre.newLink(LINK);
    await customer.page.goto(session.signupUrl);
    await theatre.revoke(session.sessionId);
    await customer.press("#go");

    const notice = await customer.notice("Link withdrawn");
    expect(notice).not.toContain("Try again");
  });

  test("says so for a link that has expired", async () => {
    const session = await theatre.newLink(LINK);
    await theatre.expire(session.sessionId);
    await customer.page.goto(session.signupUrl);

    expect(await customer.text("h1")).toBe("Link expired");
  });

  test("says so for a link that another browser has started", async () => {
    const { signupUrl, sessionId } = await start();
    await theatre.untilStatus(sessionId, "opened");
    const other = await theatre.customer();
    await other.page.goto(signupUrl);

    expect(await other.text("h1")).toBe("Link in use");
    await theatre.release(sessionId);
    await other.press("a.primary");
    await other.page.waitForSelector("#go:not([disabled])");
    await other.leave();
  });
});
