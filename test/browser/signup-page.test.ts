import { describe, expect, test } from "@jest/globals";
import { customer, setTheStage, theatre } from "./stage.ts";
import { LINK, NUMBER } from "./theatre.ts";

setTheStage();

const emptyAddress = () => `${theatre.serviceUrl}/whatsapp/signup`;
const valueOf = (id: string) => customer.value(`document.getElementById("${id}").value`);

/** Opens a link whose page asks for everything. */
async function openForm(body: Record<string, unknown> = { locale: "en" }) {
  const session = await theatre.newLink(body);
  await customer.page.goto(session.signupUrl);
  await customer.page.waitForSelector("#go:not([disabled])");
  return session;
}

async function chooseLanguage(lang: string) {
  await Promise.all([
    customer.page.waitForFunction(`document.documentElement.lang.startsWith("${lang}")`),
    customer.page.click(`#languages [lang=${lang}]`),
  ]);
  await customer.page.waitForSelector("#go:not([disabled])");
}

describe("The signup page's address", () => {
  test("loses the token at once, and a reload finds the session again", async () => {
    await openForm(LINK);
    expect(customer.page.url()).toBe(emptyAddress());
    expect(await customer.value("document.referrer")).toBe("");

    await customer.page.reload();
    await customer.page.waitForSelector("#go:not([disabled])");
    expect(customer.page.url()).toBe(emptyAddress());
    await customer.press("#go");
    await customer.endPopup("finish", { phoneNumber: NUMBER });
    expect(await customer.arrival(theatre.successUrl)).toMatchObject({ status: "pending" });
  });

  test("leads nowhere in a tab that never had the link", async () => {
    await customer.page.goto(emptyAddress());

    expect(await customer.text("h1")).toBe("Enlace no válido");
    expect(customer.page.url()).toBe(emptyAddress());
  });

  test("is emptied too where the link cannot be used, and says so again after a reload", async () => {
    const session = await theatre.newLink(LINK);
    await theatre.revoke(session.sessionId);
    await customer.page.goto(session.signupUrl);
    await customer.page.waitForFunction("location.search === ''");
    await customer.page.reload();
    await customer.page.waitForFunction(
      "document.querySelector('h1')?.textContent === 'Link withdrawn'",
    );
  });

  test("leads back to the form from the next page's history", async () => {
    await openForm(LINK);
    await customer.page.goto(theatre.frontendUrl);
    await customer.page.goBack();

    await customer.page.waitForSelector("#go:not([disabled])");
    expect(customer.page.url()).toBe(emptyAddress());
  });
});

describe("The signup page's language", () => {
  test("is changed by a press, and nothing that was typed is lost", async () => {
    await openForm({ locale: "es" });
    await customer.page.select("#country", "AR");
    await customer.page.type("#phoneNumber", "9 11 2345-6789");
    await customer.page.type("#displayName", "Kiosco Sol");
    await chooseLanguage("pt");

    expect(await customer.text("h1")).toBe("Conecte seu número do WhatsApp");
    expect([await valueOf("country"), await valueOf("phoneNumber")]).toEqual([
      "AR",
      "9 11 2345-6789",
    ]);
    expect(await valueOf("displayName")).toBe("Kiosco Sol");
    expect(customer.page.url()).toBe(emptyAddress());
    await customer.page.reload();
    await customer.page.waitForSelector("#go:not([disabled])");
    expect(await customer.text("h1")).toBe("Conecte seu número do WhatsApp");
    expect(await valueOf("phoneNumber")).toBe("9 11 2345-6789");
  });

  test("goes with the session from the start on", async () => {
    const { sessionId, signupUrl } = await openForm({ ...LINK, locale: "es" });
    await chooseLanguage("pt");
    await customer.press("#go");
    await customer.endPopup("cancel");
    await customer.notice("A conexão ficou incompleta");
    await customer.page.goto(signupUrl);
    expect(await customer.text("h1")).toBe("Conecte seu número do WhatsApp");
    await customer.press("#go");
    await customer.endPopup("cancel");
    await customer.notice("A conexão ficou incompleta");
    await customer.press("#notice a");

    expect(await customer.arrival(theatre.failureUrl)).toMatchObject({
      sessionId,
      msg: "A janela do Facebook foi fechada antes do fim da conexão.",
    });
  });

  test("is the browser's where the session names none", async () => {
    await customer.page.setExtraHTTPHeaders({ "Accept-Language": "pt-BR,pt;q=0.9" });
    await openForm({});

    expect(await customer.text("h1")).toBe("Conecte seu número do WhatsApp");
    expect(await valueOf("country")).toBe("BR");
  });

  test("cannot be changed while Meta's popup is open", async () => {
    await openForm(LINK);
    await customer.press("#go");
    await customer.popup();

    expect(await customer.value("getComputedStyle(languages).visibility")).toBe("hidden");
  });
});

describe("The signup page, passed on to a colleague", () => {
  const press = async () => {
    await customer.page.click("#sharing summary");
    await customer.press("#share");
  };

  test("hands the whole link to the device's menu", async () => {
    await customer.page.evaluateOnNewDocument(
      "navigator.share = async (data) => { window.passedOn = data; }",
    );
    const { signupUrl } = await openForm(LINK);
    await press();

    expect(await customer.value("window.passedOn")).toEqual({
      title: "Connect your WhatsApp number",
      url: signupUrl,
    });
  });

  test("copies it where there is no such menu, and shows it where it cannot be copied", async () => {
    await customer.page.evaluateOnNewDocument(`
      delete Navigator.prototype.share;
      Object.defineProperty(navigator, "clipboard", { value: {
        writeText: async (text) => { if (window.copied) throw new Error("full"); window.copied = text; },
      } });`);
    const { signupUrl } = await openForm(LINK);
    await press();
    await customer.untilText("#said", "Link copied");
    expect(await customer.value("window.copied")).toBe(signupUrl);

    await customer.press("#share");
    await customer.notice("Copy the link");
    expect(await valueOf("link")).toBe(signupUrl);
  });

  test("lets the first who starts hold it, tells the owner, and can be given back", async () => {
    const { signupUrl, sessionId } = await openForm(LINK);
    const colleague = await theatre.customer();
    await colleague.page.goto(signupUrl);
    await colleague.press("#go");
    await colleague.popup();
    await customer.press("#go");
    await customer.notice("Link in use");
    expect(await theatre.timelineOf(sessionId)).toEqual([
      "signup_session_created",
      "signup_opened",
    ]);

    await theatre.release(sessionId);
    await customer.press("#notice .primary");
    await customer.endPopup("finish", { phoneNumber: NUMBER });
    expect(await customer.arrival(theatre.successUrl)).toMatchObject({ sessionId });
    await colleague.leave();
  });

  test("is not offered once this browser holds the link", async () => {
    await openForm(LINK);
    await customer.press("#go");
    await customer.popup();
    expect(await customer.value("document.getElementById('sharing')")).toBeNull();
    await customer.page.reload();
    await customer.page.waitForSelector("#go:not([disabled])");
    expect(await customer.value("document.getElementById('sharing')")).toBeNull();
  });
});
