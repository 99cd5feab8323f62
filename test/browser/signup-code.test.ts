import { describe, expect, test } from "@jest/globals";
import { customer, setTheStage, theatre } from "./stage.ts";
import { LINK, NUMBER } from "./theatre.ts";

const MISSING = "Facebook's confirmation is missing";
const SAVING = "Saving the connection. Do not close this page.";

let callbacks: readonly unknown[];

setTheStage({ META_APP_SECRET: "app-secret-of-the-tests" }, async () => {
  callbacks = customer.calls("/whatsapp/onboarding-callback");
});

/** Opens Meta's popup; `prepare` runs in the page once Meta's SDK is there. */
async function start(prepare = "") {
  const session = await theatre.newLink(LINK);
  await customer.page.goto(session.signupUrl);
  await customer.page.waitForFunction("window.FB");
  await customer.page.evaluate(`{ ${prepare} }`);
  await customer.press("#go");
  return session;
}

/** The popup says this to the page, as Meta's does. */
async function tell(event: string, data: Readonly<Record<string, string>>) {
  const popup = await customer.popup();
  const message = JSON.stringify({ type: "WA_EMBEDDED_SIGNUP", event, data });
  await popup.evaluate(`opener.postMessage(${JSON.stringify(message)}, "*")`);
}

const WITH_CODE = { WhatsAppBusinessAccountId: expect.any(String), code: expect.any(String) };

describe("The signup page, where the server wants Meta's code", () => {
  test("waits for it as long as the window is open, and says that it can be closed", async () => {
    await start();
    await customer.endPopup("finish", { phoneNumber: NUMBER, delayMs: "7000" });
    expect(await customer.notice(SAVING)).toContain("You can close the Facebook window now.");
    await customer.screenshot("window can be closed");

    expect(await customer.arrival(theatre.successUrl)).toMatchObject({ status: "pending" });
    expect(callbacks).toEqual([expect.objectContaining(WITH_CODE)]);
  });

  test("goes on without it where the window closes before it came", async () => {
    await start();
    await customer.endPopup("finish", { phoneNumber: NUMBER, delayMs: "60000" });
    await customer.notice(SAVING);
    await (await customer.popup()).close();

    await customer.notice(MISSING);
    expect(callbacks).toHaveLength(1);
  });

  test("hands the result over again with a code that comes after the refusal", async () => {
    await start(
      "const login = FB.login; FB.login = (answer, o) => login((r) => (window.late = () => answer(r)), o);",
    );
    await customer.endPopup("finish", { phoneNumber: NUMBER });
    await customer.notice(MISSING);
    await customer.page.evaluate("late()");

    expect(await customer.arrival(theatre.successUrl)).toMatchObject({ status: "pending" });
    expect(callbacks).toEqual([
      expect.not.objectContaining({ code: expect.anything() }),
      expect.objectContaining(WITH_CODE),
    ]);
  });

  test("joins no code of an earlier popup to the result of a later one", async () => {
    await start(
      "window.answers = []; const login = FB.login; FB.login = (answer, o) => { answers.push(answer); login(() => {}, o); };",
    );
    await customer.endPopup("closed");
    await customer.notice("The window closed before the end");
    await customer.press("#notice .primary");
    await customer.endPopup("finish", { phoneNumber: NUMBER });
    await customer.notice(SAVING);
    await customer.page.evaluate("answers[0]({ authResponse: { code: 'of-the-first' } })");

    await customer.notice(MISSING);
    expect(callbacks).toEqual([expect.not.objectContaining({ code: expect.anything() })]);
  });

  test("hands the result over after a reload right after the message", async () => {
    await start();
    await customer.endPopup("finish", { phoneNumber: NUMBER, delayMs: "60000" });
    await customer.notice(SAVING);
    expect(callbacks).toEqual([]);
    await customer.page.reload();

    await customer.notice(MISSING);
    expect(callbacks).toMatchObject([{ WhatsAppBusinessAccountId: expect.any(String) }]);
  });

  test.each(["CANCEL", "ERROR"])("lets no %s take the result away", async (event) => {
    const { sessionId } = await start();
    await customer.endPopup("finish", { phoneNumber: NUMBER, delayMs: "3000" });
    await customer.notice(SAVING);
    await customer.page.evaluate(
      "addEventListener('message', () => setTimeout(() => (window.isHeard = true)))",
    );
    await tell(event, { error_code: "3441030" });
    await customer.page.waitForFunction("window.isHeard");
    expect(await customer.text("#notice h2")).toBe(SAVING);

    expect(await customer.arrival(theatre.successUrl)).toMatchObject({ status: "pending" });
    expect(await theatre.timelineOf(sessionId)).not.toContain(event);
  });
});
