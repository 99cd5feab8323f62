import { afterEach, describe, expect, test } from "@jest/globals";
import type { ProblemCode } from "../../src/problems/catalogue.ts";
import { problemText } from "../../src/problems/render.ts";
import type { Customer } from "./customer.ts";
import { LINK, NUMBER, Theatre } from "./theatre.ts";

let theatre: Theatre;
let customer: Customer;

async function open(env: Record<string, string>) {
  theatre = await Theatre.open(env);
  customer = await theatre.customer();
  await customer.page.setExtraHTTPHeaders({ "Accept-Language": "en" });
  const session = await theatre.newLink(LINK);
  await customer.page.goto(session.signupUrl);
  await customer.press("#go");
  return session;
}

afterEach(async () => {
  try {
    await customer.leave();
  } finally {
    await theatre.close();
  }
});

describe("The signup page with SIGNUP_MODE=redirect", () => {
  const env = { SIGNUP_MODE: "redirect", SIGNUP_REDIRECT_URL: "FRONTEND/twilio?kept=1" };

  test("sends the browser on, and takes it back to the return URL", async () => {
    const { sessionId, signupUrl } = await open(env);
    const payload = new URL(signupUrl).searchParams.get("payload");
    const sent = await customer.arrival(`${theatre.frontendUrl}/twilio`);
    expect(sent).toEqual({
      kept: "1",
      accountSid: expect.stringMatching(/^AC/),
      facebookBusinessId: expect.any(String),
      partnerSolutionId: expect.any(String),
      returnUrl: `${theatre.serviceUrl}/whatsapp/onboarding-callback`,
      failureUrl: `${theatre.serviceUrl}/whatsapp/onboarding-callback`,
      payload,
    });

    const back = new URL(sent["returnUrl"] ?? "");
    back.search = new URLSearchParams({
      TwilioNumber: NUMBER,
      WhatsAppBusinessAccountId: "111222333444555",
      payload: payload ?? "",
    }).toString();
    await customer.page.goto(back.href);

    expect(await customer.arrival(theatre.successUrl)).toMatchObject({
      status: "pending",
      sessionId,
      phone: NUMBER,
    });
  });
});

describe("The signup page without FRONTEND_URL", () => {
  test("ends on the service's own page, which names the number", async () => {
    await open({ FRONTEND_URL: "", WORKER_ENABLED: "false" });
    await customer.endPopup("finish", { phoneNumber: NUMBER });
    await customer.arrival(`${theatre.serviceUrl}/whatsapp/signup/result`);

    expect(await customer.text("h1")).toBe("We are registering your number");
    expect(await customer.text("main")).toContain("+55 11 98765 4321");
  });

  test("goes back to the service's own page, which says that it was cancelled and leads to a new try", async () => {
    await open({ FRONTEND_URL: "" });
    await customer.endPopup("cancel");
    await customer.notice("The connection was left unfinished");
    await customer.press("#notice a");
    await customer.arrival(`${theatre.serviceUrl}/whatsapp/signup/result`);

    expect(await customer.text("h1")).toBe("Connection cancelled");
    await customer.press("a.primary");
    await customer.press("#go");
    await customer.endPopup("finish", { phoneNumber: NUMBER });
    await customer.untilText("h1", "We are registering your number");
  });
});

describe("The signup page with a brand of its own", () => {
  const env = {
    BRAND_NAME: "Tienda Móvil",
    BRAND_LOGO_URL: "FRONTEND/brand/logo.svg?v=2",
    BRAND_COLOR: "#ffd400",
  };

  test("shows its logo, the only picture from elsewhere, and its colour where it can be read", async () => {
    await open(env);
    await customer.endPopup("cancel");
    await customer.notice("The connection was left unfinished");
    await customer.page.waitForFunction("document.querySelector('.logo')?.naturalWidth > 0");

    expect(await customer.page.title()).toBe("Connect your WhatsApp number · Tienda Móvil");
    expect(await customer.page.$eval(".logo", (logo) => logo.getAttribute("alt"))).toBe(
      "Tienda Móvil",
    );
    for (const scheme of ["light", "dark"] as const) {
      expect(await customer.accessibilityViolations(scheme)).toEqual([]);
      await customer.screenshot(`brand-${scheme}`);
    }
    const others = (await customer.page.evaluate(`Promise.all(
      ["/brand/other.svg", "/logo.svg"].map((path) => new Promise((resolve) => {
        const picture = new Image();
        picture.onload = () => resolve("shown");
        document.addEventListener("securitypolicyviolation", () => resolve("refused"));
        picture.src = "${theatre.frontendUrl}" + path;
      })))`)) as string[];
    expect(others).toEqual(["refused", "refused"]);
    customer.forgive(/violates the following Content Security Policy directive: "img-src/);
  });
});

describe("The signup page with META_APP_SECRET", () => {
  const env = {
    META_APP_SECRET: "app-secret-of-the-tests",
    SIGNUP_FAILURE_URL: "FRONTEND/dashboard/integrations/connect/whatsapp/error?kept=a%20b",
  };

  test.each<[string, Record<string, string>, string, ProblemCode]>([
    [
      "without the code",
      { callback: "empty" },
      "Facebook's confirmation is missing",
      "waba_proof_missing",
    ],
    ["for another account", { grant: "other" }, "Account not authorised", "waba_not_authorised"],
    [
      "for another number",
      { phoneNumber: "+5511912345678" },
      "Different number",
      "phone_number_mismatch",
    ],
  ])("says why a signup %s is refused, and tries again", async (_title, details, title, code) => {
    const { sessionId } = await open(env);
    await customer.endPopup("finish", { phoneNumber: NUMBER, ...details });
    const notice = await customer.notice(title);
    expect(notice).toContain(sessionId);
    const numbers = [NUMBER, details["phoneNumber"]].filter(() => code === "phone_number_mismatch");
    expect(notice?.match(/\+55\d{11}/g) ?? []).toEqual(numbers);
    await theatre.untilStatus(sessionId, "failed");
    const back = new URL(String(await customer.value("document.querySelector('#notice a').href")));
    expect(back.href).toContain(`${theatre.failureUrl}?kept=a%20b&`);
    back.searchParams.delete("kept");
    expect(Object.fromEntries(back.searchParams)).toEqual({
      code,
      msg: problemText(code, "en").detail,
      sessionId,
    });
    await customer.press("#notice .primary");
    await customer.endPopup("finish", { phoneNumber: NUMBER });

    expect(await customer.arrival(theatre.successUrl)).toMatchObject({ status: "pending" });
  });
});
