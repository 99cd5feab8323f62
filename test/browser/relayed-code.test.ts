import { describe, expect, it } from "@jest/globals";
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

  it("shows the code that Meta sent, and a newer one in its place", async () => {
    const phoneNumber = await openPopup();
    await theatre.sendSms(phoneNumber, "Your WhatsApp code is 483-921");
    await customer.page.bringToFront();
    await customer.page.waitForSelector("#relayed-code");
    await customer.notice(TITLE);
    expect(await customer.shifts()).toEqual([]);
    expect(await customer.text("#relayed-code")).toContain("The code for Meta is 483 921");
    for (const scheme of ["light", "dark"] as const)
      expect(await customer.accessibilityViolations(scheme)).toEqual([]);
    await customer.screenshot("relayed code");
    await theatre.sendSms(phoneNumber, "Your WhatsApp code is 111-222");
    await customer.page.waitForFunction(
      `document.querySelector("#relayed-code").textContent.includes("111 222")`,
    );
    expect(await customer.text("#relayed-code")).not.toContain("483");
  });

  it("shows it beside the form too, after a reload", async () => {
    const phoneNumber = await openPopup();
    await customer.page.reload();
    await customer.page.waitForSelector("#go:not([disabled])");
    await theatre.sendSms(phoneNumber, "Your WhatsApp code is 483-921");
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
    await theatre.sendMetaCode(phoneNumber);
    await customer.page.bringToFront();
    await customer.page.waitForSelector("#relayed-code");
    const code = await customer.text("#relayed-code strong");
    await customer.endPopup("finish", { phoneNumber, verificationCode: code });
    await customer.page.waitForFunction(`!document.querySelector("#relayed-code")`);
    expect(code).toMatch(/^\d{3} \d{3}$/);
  });
});
