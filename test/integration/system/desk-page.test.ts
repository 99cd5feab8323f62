import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import supertest from "supertest";
import { deskTexts } from "../../../src/pages/desk/frame.ts";
import { LOCALES, type Locale } from "../../../src/problems/locales.ts";
import { problemText } from "../../../src/problems/render.ts";
import { newNumber, newUser, newWaba } from "../../support/numbers.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { completeSignup, createSession, untilStatus } from "../../support/signup.ts";

const TOKEN = "a-token-of-ana-with-32-bytes-and-more";

let service: TestService;
let browser: ReturnType<typeof supertest.agent>;
beforeAll(async () => {
  service = await startTestService({ env: { OPS_TOKEN: `ana:${TOKEN}` } });
  browser = supertest.agent(service.url);
  await post("/ops/login", { token: TOKEN }).expect(303);
});
afterAll(() => service.close());

const post = (path: string, form: Record<string, string>) =>
  browser.post(path).set("Origin", service.url).type("form").send(form).redirects(0);
const page = async (q: string, lang: Locale = "en") =>
  (await browser.get("/ops").query({ q, lang }).expect(200)).text;

/** What a reader sees, in its order. */
const seen = (markup: string) =>
  markup
    .slice(markup.indexOf("<main"))
    .replaceAll(/<[^>]+>/g, " ")
    .replaceAll("&#39;", "'")
    .replaceAll(/\s+/g, " ");

interface ShownAct {
  act: string;
  fields: Record<string, string>;
}

/** The forms of acts, as they would be sent but for reason and confirmation. */
function actsOn(markup: string): ShownAct[] {
  const forms = [...markup.matchAll(/<form method="post" action="\/ops\/act">(.*?)<\/form>/gs)];
  return forms.map(([, form = ""]) => {
    expect(form).toMatch(/name="reason"\s+required/);
    expect(form).toMatch(/name="confirm" value="yes" required/);
    const inputs = [...form.matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g)];
    const fields = Object.fromEntries(inputs.map(([, name = "", value = ""]) => [name, value]));
    return { act: fields["act"] ?? "", fields };
  });
}

async function press(q: string, act: string, reason = "the customer called") {
  const shown = actsOn(await page(q)).find((one) => one.act === act);
  if (!shown) throw new Error(`no ${act} on the page of ${q}`);
  return post("/ops/act", { ...shown.fields, reason, confirm: "yes" });
}

async function signUp(phoneNumber: string, status: string) {
  const plan = { userId: newUser(), wabaId: newWaba(), phoneNumber };
  const { integrationId: id, sessionId } = await completeSignup(service, plan);
  const { meta } = await untilStatus(service, id, status, plan.userId);
  return { ...plan, id, sessionId, meta };
}

/** A number that ends as its last digits say, in the simulator. */
let refusals = 0;
const refusedNumber = () => `+5511${96_000 + (refusals += 1)}9914`;

const actionLine = (action: string) =>
  service.log.findLast((line) => line.event === "operator_action" && line["action"] === action);

describe("what the operator's page finds", () => {
  test.each(LOCALES)("says first what a support person needs, in %s", async (locale) => {
    const { phoneNumber, userId, id } = await signUp(refusedNumber(), "error");
    const texts = deskTexts(locale);
    const { detail, action } = problemText("display_name_rejected", locale);
    const text = seen(await page(phoneNumber, locale));
    const inOrder = [
      texts.statuses["error"],
      texts.awaited["customer"],
      texts.since,
      detail,
      texts.toDo,
      action,
      texts.next,
      texts.providerSaid,
      "63124",
      userId,
      texts.youCan,
      texts.acts.retry.label,
      texts.technical,
      id,
      texts.story,
    ].map((part) => [part, text.indexOf(part ?? "")] as const);
    expect(inOrder.filter(([, place]) => place < 0)).toEqual([]);
    const places = inOrder.map(([, place]) => place);
    expect(places).toEqual(places.toSorted((one, other) => one - other));
  });

  test("finds by everything that support may have in hand", async () => {
    const { userId, wabaId, phoneNumber, id, sessionId, meta } = await signUp(
      newNumber(),
      "linked",
    );
    const spaced = `${phoneNumber.slice(0, 3)} (${phoneNumber.slice(3, 5)}) ${phoneNumber.slice(5)}`;
    const { twilioSubaccountSid = "", senderId = "" } = meta;
    for (const q of [
      phoneNumber,
      spaced,
      userId,
      wabaId,
      id,
      sessionId,
      twilioSubaccountSid,
      senderId,
    ]) {
      expect([q, (await page(q)).includes(id)]).toEqual([q, true]);
    }
    const text = seen(await page(id));
    expect(text).toContain("Connected and working");
    expect(text).toContain("Nobody has to act.");
    expect(text).toMatch(/the sender is looked at again, .+ UTC \(in \d+ \w+\)/);
  });

  test("says what it was taken for where there is nothing, and shows hostile text as text", async () => {
    expect(seen(await page(newNumber()))).toContain(
      "Nothing was found. It was taken for: a phone number.",
    );
    const hostile = `"><img src=x onerror=alert(1)>`;
    const markup = await page(hostile);
    expect(markup).not.toContain("<img src=x");
    expect(markup).toContain("&lt;img src=x");
  });

  test("shows no secret", async () => {
    const { phoneNumber } = await signUp(newNumber(), "linked");
    const { payload } = Object.fromEntries(
      new URL((await createSession(service, { userId: newUser(), phoneNumber })).signupUrl)
        .searchParams,
    );
    const markup = await page(phoneNumber);
    for (const secret of [TOKEN, payload ?? "", "parent-token-of-the-tests", "a-test-secret-of"]) {
      expect(secret === "" || markup.includes(secret)).toBe(false);
    }
  });
});

describe("what the operator's page does", () => {
  test("offers what applies, and each leaves the reason and the token's name", async () => {
    const stuck = await signUp(refusedNumber(), "error");
    expect(actsOn(await page(stuck.id)).map(({ act }) => act)).toEqual([
      "retry",
      "disconnect",
      "release",
    ]);
    const retried = await press(stuck.id, "retry");
    expect([retried.status, retried.headers.location]).toEqual([
      303,
      `/ops?q=${stuck.id}&did=retry&lang=en`,
    ]);
    const done = await browser.get(retried.headers.location ?? "");
    expect(seen(done.text)).toContain("Done.");
    const why = { operator: "ana", reason: "the customer called" };
    expect(actionLine("retry")).toMatchObject({ ...why, integrationId: stuck.id });

    const linked = await signUp(newNumber(), "linked");
    const names = actsOn(await page(linked.id)).map(({ act }) => act);
    expect(names.slice(0, 2)).toEqual(["recheck", "disconnect"]);
    await press(linked.id, "recheck");
    expect(actionLine("recheck")).toMatchObject({ ...why, integrationId: linked.id });
    await press(linked.id, "disconnect");
    expect(actionLine("disconnect")).toMatchObject({ ...why, integrationId: linked.id });
    await untilStatus(service, linked.id, "disconnected", linked.userId);
    expect(actsOn(await page(linked.id)).map(({ act }) => act)).not.toContain("disconnect");
  });

  test("releases and revokes a signup", async () => {
    const plan = { userId: newUser(), phoneNumber: newNumber() };
    const { sessionId, signupUrl } = await createSession(service, plan);
    expect(actsOn(await page(sessionId)).map(({ act }) => act)).toEqual(["revoke"]);
    const visitor = service.visitor();
    await visitor.start(await visitor.open(signupUrl)).expect(200);
    expect((await press(sessionId, "release")).status).toBe(303);
    expect(actionLine("release")).toMatchObject({ operator: "ana", sessionId });
    expect((await press(sessionId, "revoke")).status).toBe(303);
    expect(actsOn(await page(sessionId))).toEqual([]);
  });

  test("assigns a number to whom it waits for, and takes that back", async () => {
    const phoneNumber = newNumber();
    service.simulator.twilio.seedNumber({ phoneNumber });
    const { id, userId } = await signUp(phoneNumber, "error");
    await press(id, "assign");
    expect(actionLine("assign")).toMatchObject({ operator: "ana", userId });
    await untilStatus(service, id, "linked", userId);
    expect(seen(await page(id))).toContain(`Assigned by us to ${userId}`);
    await press(id, "unassign");
    expect(actionLine("unassign")).toMatchObject({ operator: "ana", userId });
    expect(actsOn(await page(id)).map(({ act }) => act)).not.toContain("unassign");
  });

  test("hands a number over to whom it waits for", async () => {
    const holder = await signUp(newNumber(), "linked");
    const claimant = await signUp(holder.phoneNumber, "error");
    await press(claimant.id, "hand-over");
    expect(actionLine("hand_over")).toMatchObject({ operator: "ana", integrationId: claimant.id });
    await untilStatus(service, claimant.id, "linked", claimant.userId);
  });

  test("does nothing without a reason and a yes, and says what was wrong on the page", async () => {
    const { id, userId } = await signUp(newNumber(), "linked");
    const whole = { act: "disconnect", id, reason: "x", confirm: "yes", q: id, lang: "en" };
    for (const [form, status] of [
      [{ ...whole, reason: " " }, 400],
      [{ ...whole, confirm: "" }, 400],
      [{ ...whole, act: "erase-all" }, 400],
      [{ ...whole, surplus: "1" }, 400],
      [{ ...whole, act: "retry" }, 409],
      [{ ...whole, id: "6b0a1b7ba9ae78d841f18d18" }, 404],
    ] as const) {
      const answer = await post("/ops/act", form);
      expect([form, answer.status]).toEqual([form, status]);
      expect(seen(answer.text)).toContain("It was not done");
      expect(answer.text).toContain(id);
    }
    await untilStatus(service, id, "linked", userId);
  });
});

describe("the list of the operator's page", () => {
  test("counts the states, narrows them down and leads to each number", async () => {
    const { id, userId } = await signUp(refusedNumber(), "error");
    const all = (await browser.get("/ops/numbers?lang=en")).text;
    const narrower =
      "/ops/numbers?status=error&amp;waitingFor=customer&amp;code=display_name_rejected&amp;lang=en";
    expect(all).toContain(`href="${narrower}"`);
    const some = (await browser.get(`${narrower.replaceAll("&amp;", "&")}&since=1h`)).text;
    expect(some).toContain(`href="/ops?q=${id}&amp;lang=en"`);
    expect(seen(some)).toContain(
      `Stopped: somebody has to act · display_name_rejected · Customer ${userId}`,
    );
    expect(some).toMatch(/<option value="error" selected>/);
    expect(seen(some)).not.toContain("Connected and working · ");
    const none = (await browser.get("/ops/numbers?status=pending&waitingFor=meta&lang=en")).text;
    expect(seen(none)).toContain("There are none.");
    await browser.get("/ops/numbers?status=&code=&since=yesterday").expect(200);
  });
});
