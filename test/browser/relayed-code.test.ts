import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { Browser } from "puppeteer-core";
import { newNumber, newUser } from "../support/numbers.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { createSession } from "../support/signup.ts";
import { eventually } from "../support/wait.ts";
import { Customer } from "./customer.ts";
import { launchBrowser } from "./support.ts";

const TITLE = "Continue in the Facebook window";

describe("The signup page, for a number at Twilio that is assigned to the owner", () => {
  let service: TestService;
  let browser: Browser;
  let customer: Customer;
  beforeAll(async () => {
    service = await startTestService();
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await service.close();
  });
  beforeEach(async () => {
    customer = await Customer.arrive(browser);
    await customer.page.setViewport({ width: 360, height: 740 });
    await customer.watchShifts();
  });
  afterEach(() => customer.leave());

  /** Goes as far as the open popup, with the number pointing at the service. */
  async function openPopup(): Promise<string> {
    const phoneNumber = newNumber();
    service.simulator.twilio.seedNumber({ phoneNumber });
    const { signupUrl } = await createSession(service, {
      userId: newUser(),
      phoneNumber,
      claims: { phone_numbers: [phoneNumber] },
      session: { locale: "en" },
    });
    await customer.page.goto(signupUrl);
    await customer.press("#go");
    await customer.popup();
    await eventually(
      () => Promise.resolve(service.simulator.twilio.state().numbers),
      (numbers) => numbers.some((one) => one.phoneNumber === phoneNumber && one.smsUrl !== null),
    );
    return phoneNumber;
  }

  it("shows the code that Meta sent, and a newer one in its place", async () => {
    const phoneNumber = await openPopup();
    const receive = (body: string) =>
      service.simulator.twilio.receiveSms({ to: phoneNumber, from: "WhatsApp", body });
    await receive("Your WhatsApp code is 483-921");
    await customer.page.bringToFront();
    await customer.page.waitForSelector("#relayed-code");
    await customer.notice(TITLE);
    expect(await customer.shifts()).toEqual([]);
    expect(await customer.text("#relayed-code")).toContain("The code for Meta is 483 921");
    for (const scheme of ["light", "dark"] as const)
      expect(await customer.accessibilityViolations(scheme)).toEqual([]);
    await customer.screenshot("relayed code");
    await receive("Your WhatsApp code is 111-222");
    await customer.page.waitForFunction(
      `document.querySelector("#relayed-code").textContent.includes("111 222")`,
    );
    expect(await customer.text("#relayed-code")).not.toContain("483");
  });

  it("shows it beside the form too, after a reload", async () => {
    const phoneNumber = await openPopup();
    await customer.page.reload();
    await customer.page.waitForSelector("#go:not([disabled])");
    await service.simulator.twilio.receiveSms({
      to: phoneNumber,
      from: "WhatsApp",
      body: "Your WhatsApp code is 483-921",
    });
    await customer.untilText("#relayed-code", "The code for Meta is 483 921");
    expect(await customer.shifts()).toEqual([]);
    await customer.page.reload();
    await customer.untilText("#relayed-code", "The code for Meta is 483 921");
    expect(await customer.value("document.getElementById('form').offsetHeight")).toBeGreaterThan(0);
    for (const scheme of ["light", "dark"] as const)
      expect(await customer.accessibilityViolations(scheme)).toEqual([]);
    await customer.screenshot("relayed code beside the form");
  });

  it("goes on with the code in the popup, and takes it away", async () => {
    const phoneNumber = await openPopup();
    await service.simulator.meta.sendCode({ phoneNumber });
    await customer.page.bringToFront();
    await customer.page.waitForSelector("#relayed-code");
    const code = await customer.text("#relayed-code strong");
    await customer.endPopup("finish", { phoneNumber, verificationCode: code });
    await customer.page.waitForFunction(`!document.querySelector("#relayed-code")`);
    expect(code).toMatch(/^\d{3} \d{3}$/);
  });
});
