import { describe, expect, test } from "@jest/globals";
import { newNumber } from "../support/numbers.ts";
import { customer, PHONE, setTheStage, theatre } from "./stage.ts";
import { LINK } from "./theatre.ts";

const TITLE = "Continue in the Facebook window";

describe("The signup page, for a number at Twilio that is assigned to the owner", () => {
  setTheStage({}, async () => {
    await customer.page.setViewport(PHONE);
    await customer.watchShifts();
  });

  /** Goes as far as the open popup, with the number pointing at the service. */
  async function openPopup(): Promise<string> {
    const phoneNumber = newNumber();
    theatre.seedNumber(phoneNumber);
    const claims = { phone_numbers: [phoneNumber] };
    const { signupUrl } = await theatre.newLink({ ...LINK, phoneNumber }, claims);
    await customer.page.goto(signupUrl);
    await customer.press("#go");
    await customer.popup();
    await theatre.untilRelaying(phoneNumber);
    return phoneNumber;
  }

  test("shows the code that Meta sent, and several with sender and time", async () => {
    const phoneNumber = await openPopup();
    await theatre.sendSms(phoneNumber, "Your WhatsApp code is 483-921");
    await customer.page.bringToFront();
    await customer.page.waitForSelector("#relayed-code");
    await customer.notice(TITLE);
    expect(await customer.shifts()).toEqual([]);
    expect(await customer.text("#relayed-code")).toContain("The code for Facebook is 483 921");
    for (const scheme of ["light", "dark"] as const) {
      expect(await customer.accessibilityViolations(scheme)).toEqual([]);
    }
    await customer.screenshot("relayed code");
    await theatre.sendSms(phoneNumber, "your WhatsApp code is 999-999", "+5215512345678");
    await theatre.sendSms(phoneNumber, "Your WhatsApp code is 111-222", "32665");
    await customer.untilText("#relayed-code", "111 222");
    expect(await customer.text("#relayed-code p")).toContain("More than one code has come");
    const shown = await customer.value(
      `[...document.querySelectorAll("#relayed-code li")].map(({ children: [digits, origin] }) =>
        digits.textContent + " " + origin.textContent.replace(/\\d+:\\d\\d:\\d\\d.*/, "time"))`,
    );
    expect(shown).toEqual([
      "111 222 from 32665, time",
      "999 999 from +5215512345678, time",
      "483 921 from WhatsApp, time",
    ]);
    expect(await customer.shifts()).toEqual([]);
    for (const scheme of ["light", "dark"] as const) {
      expect(await customer.accessibilityViolations(scheme)).toEqual([]);
    }
    await customer.screenshot("several relayed codes");
  });

  test("shows it beside the form too, after a reload", async () => {
    const phoneNumber = await openPopup();
    await customer.page.reload();
    await customer.page.waitForSelector("#go:not([disabled])");
    await theatre.sendSms(phoneNumber, "Your WhatsApp code is 483-921");
    await customer.untilText("#relayed-code", "The code for Facebook is 483 921");
    expect(await customer.shifts()).toEqual([]);
    await customer.page.reload();
    await customer.untilText("#relayed-code", "The code for Facebook is 483 921");
    expect(await customer.value("document.getElementById('form').offsetHeight")).toBeGreaterThan(0);
    for (const scheme of ["light", "dark"] as const) {
      expect(await customer.accessibilityViolations(scheme)).toEqual([]);
    }
    await customer.screenshot("relayed code beside the form");
  });

  test("goes on with the code in the popup, and takes it away", async () => {
    const phoneNumber = await openPopup();
    await theatre.sendMetaCode(phoneNumber);
    await customer.page.bringToFront();
    await customer.page.waitForSelector("#relayed-code");
    const code = await customer.text("#relayed-code strong");
    await customer.endPopup("finish", { phoneNumber, verificationCode: code });
    await customer.page.waitForFunction(`!document.querySelector("#relayed-code")`);
    expect(code).toMatch(/^\d{3} \d{3}$/);
  });
});
