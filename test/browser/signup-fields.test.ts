import { describe, expect, test } from "@jest/globals";
import { customer, setTheStage, theatre } from "./stage.ts";
import { NUMBER } from "./theatre.ts";

setTheStage();

const valueOf = (id: string) => customer.value(`document.getElementById("${id}").value`);

/** Opens a link whose page asks for everything. */
async function openForm(body: Record<string, unknown> = { locale: "en" }) {
  const session = await theatre.newLink(body);
  await customer.page.goto(session.signupUrl);
  await customer.page.waitForSelector("#go:not([disabled])");
  return session;
}

describe("The signup page's fields", () => {
  test("put the country and the number together while one types", async () => {
    const starts = customer.calls("/whatsapp/signup/start");
    await openForm();
    await customer.page.select("#country", "BR");
    await customer.page.type("#phoneNumber", "011 98765-4321");
    expect(await customer.text("#phoneNumber-hint")).toBe("Whole number: +5511987654321");
    expect(await customer.value("document.getElementById('check').href")).toBe(
      "https://wa.me/5511987654321?text=hi",
    );
    await customer.page.type("#displayName", "Padaria da Ana");
    await customer.press("#go");
    await customer.popup();

    expect(starts).toEqual([
      {
        payload: expect.any(String),
        confirm: true,
        locale: "en",
        phoneNumber: NUMBER,
        displayName: "Padaria da Ana",
      },
    ]);
  });

  test.each([
    ["+52 55 1234 5678", "MX", "+525512345678"],
    ["0054 9 11 2345 6789", "AR", "+5491123456789"],
    ["+1 416 555 0123", "US", "+14165550123"],
    ["+39 06 1234 5678", "IT", "+390612345678"],
    ["\u202A+55 11\u00A098765\u20114321\u202C", "BR", "+5511987654321"],
    ["+44 (0)7911\u2013123456", "GB", "+447911123456"],
    ["+44 07911 123456", "GB", "+447911123456"],
    ["+39 (0)6 1234 5678", "IT", "+390612345678"],
  ])("choose the country of %s by themselves", async (typed, country, whole) => {
    await openForm({ locale: "pt" });
    await customer.page.type("#phoneNumber", typed);

    expect(await valueOf("country")).toBe(country);
    expect(await customer.text("#phoneNumber-hint")).toBe(`Número completo: ${whole}`);
  });

  test("take a number as it was pasted, and send it clean", async () => {
    const starts = customer.calls("/whatsapp/signup/start");
    await openForm({ locale: "en", displayName: "Padaria da Ana" });
    await customer.page.select("#country", "BR");
    await customer.page.type("#phoneNumber", "\u206611\u201498765\u22124321\u2069");
    await customer.press("#go");
    await customer.popup();

    expect(starts).toMatchObject([{ phoneNumber: NUMBER }]);
  });

  test("keep the country that shares the code with the one they would choose", async () => {
    await openForm();
    await customer.page.select("#country", "CA");
    await customer.page.type("#phoneNumber", "+1 416 555 0123");

    expect(await valueOf("country")).toBe("CA");
  });

  test("doubt at once a number of another country than the chosen one, but take it", async () => {
    await openForm({ locale: "es", displayName: "Padaria da Ana" });
    await customer.page.select("#country", "MX");
    await customer.page.type("#phoneNumber", "11 98765-4321");
    expect(await customer.text("#phoneNumber-hint")).toBe(
      "Número completo: +5211987654321. El número no parece ser de este país: México. Mira si es el país correcto.",
    );
    await customer.screenshot("number doubted es");

    await customer.page.select("#country", "BR");
    expect(await customer.text("#phoneNumber-hint")).toBe("Número completo: +5511987654321");
    await customer.press("#go");
    await customer.popup();
  });

  test("say at once what can never become a number", async () => {
    await openForm();
    await customer.page.type("#phoneNumber", "11 98x");

    expect(await customer.text("#phoneNumber-error")).toContain("digits only");
  });

  test("ask for a name that can be seen, and take it without what cannot", async () => {
    const starts = customer.calls("/whatsapp/signup/start");
    await openForm({ locale: "en", phoneNumber: NUMBER });
    await customer.page.type("#displayName", "\u200B\u2060\u3164");
    await customer.press("#go");
    expect(await customer.text("#displayName-error")).toBe("Enter the name.");
    expect(starts).toEqual([]);

    await customer.page.type("#displayName", "\u202APadaria\u202C da Ana");
    await customer.page.$eval("#displayName", (input) => {
      const field = input as unknown as { value: string };
      field.value = field.value.replace(/^\u200B\u2060\u3164/, "");
    });
    await customer.press("#go");
    await customer.popup();
    expect(starts).toMatchObject([{ displayName: "Padaria da Ana" }]);
  });

  test.each([
    ["Al", "fewer than three letters"],
    ["padaria.com", "no web addresses"],
    ["Padaria 🥖", "no emojis"],
    ["Ana WhatsApp", "no “WhatsApp”"],
    ["PADARIA DA ANA", "but for acronyms"],
  ])("doubt the name %s, but leave it to Meta", async (name, doubt) => {
    await openForm({ locale: "en", phoneNumber: NUMBER });
    await customer.page.type("#displayName", name);

    expect(await customer.text("#displayName-hint")).toContain(doubt);
    await customer.press("#go");
    await customer.popup();
  });

  test("come back filled with what was typed in an earlier attempt", async () => {
    const { signupUrl } = await openForm();
    await customer.page.type("#phoneNumber", NUMBER);
    await customer.page.type("#displayName", "Padaria da Ana");
    await customer.press("#go");
    await customer.endPopup("cancel");
    await customer.notice("The connection was left unfinished");
    await customer.value("sessionStorage.clear()");
    await customer.page.goto(signupUrl);

    expect(await valueOf("phoneNumber")).toBe("+55 11 98765 4321");
    expect([await valueOf("country"), await valueOf("displayName")]).toEqual([
      "BR",
      "Padaria da Ana",
    ]);
  });
});
