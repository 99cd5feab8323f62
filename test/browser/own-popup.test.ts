import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { newNumber, newUser, newWaba } from "../support/numbers.ts";
import { signToken } from "../support/service.ts";
import { Shop } from "./shop.ts";
import { customer, setTheStage, theatre } from "./stage.ts";

/** What the SaaS's own button does, as docs/frontend.md shows it. */
const PAGE = `<button id="connect" disabled>Conectar</button><script type="module" src="/own-button.js"></script>`;

let shop: Shop;

setTheStage();

beforeAll(async () => {
  shop = await Shop.open(theatre.serviceUrl, [theatre.serviceUrl, theatre.metaUrl]);
});

afterAll(() => {
  shop.close();
});

/** What the example answered or threw. */
async function answer(): Promise<Record<string, unknown>> {
  await customer.page.waitForFunction("window.answers?.length > 0", { timeout: 90_000 });
  return (await customer.page.evaluate("answers.shift()")) as Record<string, unknown>;
}

/** As Meta's pages send it, of this kind and without any ids. */
const messageOf = (event: unknown) =>
  JSON.stringify({ type: "WA_EMBEDDED_SIGNUP", event, data: {} });

describe("The example of a frontend that opens Meta's popup itself", () => {
  beforeEach(async () => {
    shop.newCustomer();
    shop.page.body = PAGE;
    await customer.page.goto(shop.url);
    await customer.press("#connect");
  });

  const reports: readonly [string, Record<string, string>][] = [
    ["by message and callback", {}],
    ["with the callback long before the message", { order: "callback-first", delayMs: "5000" }],
    ["without the callback", { callback: "never" }],
  ];

  test.each(reports)("hands the result over %s", async (_title, details) => {
    const phoneNumber = shop.customer.phoneNumber ?? "";
    await customer.endPopup("finish", { phoneNumber, ...details });

    expect(await answer()).toEqual({
      success: true,
      status: "pending",
      sessionId: expect.any(String),
      integrationId: expect.any(String),
      redirectUrl: expect.stringContaining(theatre.successUrl),
    });
  });

  test.each(["waba_ids", "primary_waac_ids"])("reads the account in %s", async (accountField) => {
    const callbacks = customer.calls("/api/whatsapp/callback");
    const phoneNumber = shop.customer.phoneNumber ?? "";
    await customer.endPopup("finish", { phoneNumber, accountField });

    expect(await answer()).toMatchObject({ success: true });
    expect(callbacks).toMatchObject([
      { WhatsAppBusinessAccountId: expect.stringMatching(/^\d+$/) },
    ]);
  });

  test("does not choose among several accounts", async () => {
    const callbacks = customer.calls("/api/whatsapp/callback");
    const phoneNumber = shop.customer.phoneNumber ?? "";
    await customer.endPopup("finish", { phoneNumber, accountField: "several" });

    expect(await answer()).toMatchObject({ code: "signup_failed" });
    expect(callbacks).toEqual([{ payload: expect.any(String), error: "signup_failed" }]);
  });

  test("takes an event that is new to it where nothing else follows", async () => {
    const phoneNumber = shop.customer.phoneNumber ?? "";
    await customer.endPopup("unknown_event", { phoneNumber, event: "SOMETHING_NEW" });

    expect(await answer()).toMatchObject({ success: true });
  });

  test("notices that the popup was closed though the SDK keeps silent", async () => {
    const { page } = customer;
    await (await customer.popup()).close();
    await page.reload();
    await page.waitForSelector("#connect:not([disabled])");
    await page.evaluate(`{
      const login = FB.login;
      FB.login = (_answer, options) => login(() => {}, options);
    }`);
    await customer.press("#connect");
    await (await customer.popup()).close();

    expect(await answer()).toMatchObject({ code: "signup_cancelled" });
  });

  test("hands over the ids that the popup named", async () => {
    const callbacks = customer.calls("/api/whatsapp/callback");
    await customer.endPopup("finish", { phoneNumber: shop.customer.phoneNumber ?? "" });

    expect(await answer()).toMatchObject({ success: true });
    expect(callbacks).toEqual([
      {
        payload: expect.any(String),
        WhatsAppBusinessAccountId: expect.stringMatching(/^\d+$/),
        FacebookBusinessId: expect.stringMatching(/^\d+$/),
        phoneNumberId: expect.stringMatching(/^\d+$/),
        code: expect.any(String),
      },
    ]);
  });

  const failures: readonly [string, string][] = [
    ["cancel", "signup_cancelled"],
    ["closed", "signup_cancelled"],
    ["error", "signup_failed"],
    ["finish_coexistence", "coexistence_unsupported"],
  ];

  test.each(failures)(
    "reports %s, and the same session can be tried again",
    async (ending, code) => {
      await customer.endPopup(ending);
      expect(await answer()).toEqual({ code, message: expect.any(String) });

      await customer.press("#connect");
      await customer.endPopup("finish", { phoneNumber: shop.customer.phoneNumber ?? "" });
      expect(await answer()).toMatchObject({ success: true });
    },
  );

  test("waits for a late code while the popup is open, whatever else Meta's pages say", async () => {
    const callbacks = customer.calls("/api/whatsapp/callback");
    const popup = await customer.popup();
    const phoneNumber = shop.customer.phoneNumber ?? "";
    await customer.endPopup("finish", { phoneNumber, delayMs: "7000" });
    for (const event of ["SOMETHING_NEW", "FINISH", "toString", 1]) {
      await popup.evaluate(`opener.postMessage('${messageOf(event)}', "*")`);
    }
    await popup.evaluate('opener.postMessage("null", "*")');

    expect(await answer()).toMatchObject({ success: true });
    expect(callbacks).toEqual([
      expect.objectContaining({
        WhatsAppBusinessAccountId: expect.stringMatching(/^\d+$/),
        code: expect.any(String),
      }),
    ]);
  });

  test("tells Meta's origins from those that look like them", async () => {
    await customer.popup();
    const send = (origin: string, event: string) =>
      customer.page.evaluate(
        `void dispatchEvent(new MessageEvent("message", { origin: "${origin}", data: '${messageOf(event)}' }))`,
      );
    for (const origin of [
      "null",
      "",
      "https://evilfacebook.com",
      "https://facebook.com.evil.example",
      "https://facebook.com:444",
      "http://www.facebook.com",
    ]) {
      await send(origin, "ERROR");
    }
    await send("https://business.facebook.com", "CANCEL");

    expect(await answer()).toMatchObject({ code: "signup_cancelled" });
  });

  test("hears no message of another origin", async () => {
    await customer.popup();
    await customer.forge(
      `${theatre.frontendUrl}/forger`,
      JSON.stringify({
        type: "WA_EMBEDDED_SIGNUP",
        event: "FINISH",
        data: { waba_id: "666666666666666" },
      }),
    );
    const phoneNumber = shop.customer.phoneNumber ?? "";
    await customer.endPopup("finish", { phoneNumber, message: "never" });

    expect(await answer()).toMatchObject({ code: "signup_failed" });
  });
});

test("The example says so when the browser blocks the popup, and can be tried again", async () => {
  shop.newCustomer();
  shop.page.body = PAGE;
  await customer.page.goto(shop.url);
  await customer.page.evaluate(
    "window.reallyOpen = window.open; window.open = () => null; undefined",
  );
  await customer.press("#connect");
  expect(await answer()).toEqual({ code: "popup_blocked", message: expect.any(String) });

  await customer.page.evaluate("window.open = window.reallyOpen; undefined");
  await customer.press("#connect");
  await customer.endPopup("finish", { phoneNumber: shop.customer.phoneNumber ?? "" });
  expect(await answer()).toMatchObject({ success: true });
});

describe("The example of a frontend that calls the service directly", () => {
  test("makes a session and hands over a result from another origin, by token alone", async () => {
    const example = await readFile(
      new URL("../../docs/examples/direct-callback.js", import.meta.url),
      "utf8",
    );
    const token = await signToken({ sub: newUser() });
    const wanted = { phoneNumber: newNumber(), displayName: "Padaria da Ana" };
    await customer.page.goto(theatre.frontendUrl);

    const answered = await customer.page.evaluate(`(async () => {
      ${example.replace("export ", "")}
      const call = (path, body) =>
        callService("${theatre.serviceUrl}", "${token}", path, body);
      const { signupUrl } = await call("/whatsapp/create-signup-session", ${JSON.stringify(wanted)});
      return await call("/whatsapp/onboarding-callback", {
        payload: new URL(signupUrl).searchParams.get("payload"),
        WhatsAppBusinessAccountId: "${newWaba()}",
      });
    })()`);

    expect(answered).toMatchObject({ success: true, status: "pending" });
  });
});
