import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { OPERATIONS } from "../../src/http/openapi/document.ts";
import { Theatre } from "./theatre.ts";

let theatre: Theatre;
beforeAll(async () => {
  theatre = await Theatre.open();
});
afterAll(() => theatre.close());

describe("the description of the API", () => {
  test("shows every operation, loads nothing from elsewhere and obeys its own policy", async () => {
    const customer = await theatre.customer();
    const hosts = new Set<string>();
    customer.page.on("request", (request) => {
      if (!request.url().startsWith("data:")) hosts.add(new URL(request.url()).origin);
    });
    await customer.page.goto(`${theatre.serviceUrl}/docs`);
    await customer.page.waitForSelector(".opblock");
    const paths = (await customer.page.evaluate(
      `[...document.querySelectorAll(".opblock-summary-path")].map((path) => path.dataset.path)`,
    )) as string[];
    expect(paths).toHaveLength(OPERATIONS.length);
    expect(paths).toContain("/whatsapp/create-signup-session");
    expect([...hosts]).toEqual([theatre.serviceUrl]);
    await customer.screenshot("docs-en-light");
    await customer.leave();
  });

  test.each(["es", "pt", "en"] as const)(
    "explains a problem in %s to everybody",
    async (locale) => {
      const customer = await theatre.customer();
      await customer.page.goto(
        `${theatre.serviceUrl}/problems/display_name_rejected?lang=${locale}`,
      );
      expect(await customer.text("h1")).toMatch(/\w/);
      for (const scheme of ["light", "dark"] as const) {
        expect(await customer.accessibilityViolations(scheme)).toEqual([]);
      }
      await customer.screenshot(`problem-${locale}-dark`);
      await customer.leave();
    },
  );
});
