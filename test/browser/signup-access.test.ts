import { describe, expect, test } from "@jest/globals";
import { newWaba } from "../support/numbers.ts";
import { eventually } from "../support/wait.ts";
import { PHONE, customer, setTheStage, theatre } from "./stage.ts";
import { LINK } from "./theatre.ts";

setTheStage({}, async () => {
  await customer.page.setViewport(PHONE);
});

describe("The pages without a script of their own", () => {
  test.each([
    ["problem", "/whatsapp/signup?payload=unknown"],
    ["elsewhere", "/whatsapp/signup/result?session="],
    ["not connected", "/whatsapp/signup/result?code=signup_cancelled"],
  ])("can be used by everybody: %s", async (name, path) => {
    const { sessionId, signupUrl } = await theatre.newLink(LINK);
    await theatre.complete(sessionId, signupUrl);
    const id = path.endsWith("session=") ? sessionId : "";
    await customer.page.goto(`${theatre.serviceUrl}${path}${id}`);

    for (const scheme of ["light", "dark"] as const) {
      expect(await customer.accessibilityViolations(scheme)).toEqual([]);
      await customer.screenshot(`${name}-${scheme}`);
    }
  });
});

describe("The signup page on a small phone", () => {
  test("moves nothing while it loads and fits the width, also with a long name", async () => {
    const session = await theatre.newLink({ ...LINK, displayName: "Nombrelarguísimo".repeat(8) });
    await customer.page.goto(session.signupUrl, { waitUntil: "networkidle0" });

    expect(
      await customer.page.evaluate(`new Promise((resolve) => {
        new PerformanceObserver((list) => resolve(list.getEntries().map((entry) => entry.value)))
          .observe({ type: "layout-shift", buffered: true });
        setTimeout(() => resolve([]), 300);
      })`),
    ).toEqual([]);
    expect(await customer.page.evaluate("document.documentElement.scrollWidth")).toBe(360);
  });

  test.each([
    ["signup", ["/whatsapp/signup", "/whatsapp/signup/signup.js"]],
    ["status", ["/whatsapp/signup/result", "/whatsapp/signup/status.js"]],
  ])("loads at most 30 kB besides Meta's SDK, headers included: %s", async (page, paths) => {
    // The form with its countries, and a registration that goes on.
    const link = await theatre.newLink({ locale: "es" });
    const connected = await theatre.newLink(LINK);
    await customer.connect(connected.signupUrl, newWaba());
    const weights = await customer.weigh(theatre.serviceUrl);
    const result = `${theatre.serviceUrl}/whatsapp/signup/result?session=${connected.sessionId}`;
    await customer.page.goto(page === "signup" ? link.signupUrl : result);
    await eventually(
      () => Promise.resolve([...weights.keys()].map((address) => new URL(address).pathname)),
      (loaded) => paths.every((path) => loaded.includes(path)),
    );

    const bytes = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
    expect(bytes).toBeGreaterThan(5_000);
    expect(bytes).toBeLessThanOrEqual(30_000);
  });
});
