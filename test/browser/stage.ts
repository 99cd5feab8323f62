import { afterAll, afterEach, beforeAll, beforeEach } from "@jest/globals";
import type { Customer } from "./customer.ts";
import { LINK, NUMBER, Theatre } from "./theatre.ts";

/** The widths and heights of a small phone. */
export const PHONE = { width: 360, height: 740 } as const;

/** The SaaS on the customer's pages; `Theatre.open` fills in its origin. */
export const BRAND = {
  BRAND_NAME: "Mostrador",
  BRAND_PRIVACY_URL: "FRONTEND/privacy",
  BRAND_SUPPORT_URL: "FRONTEND/help",
} as const;

/** The theatre of the file, open from `setTheStage` on. */
export let theatre: Theatre;
/** The customer of the test that runs, gone after it. */
export let customer: Customer;

/**
 * One theatre for the tests of this file, and a new customer for each of them.
 * @param env over the test service's own
 * @param prepare what the customer brings along
 */
export function setTheStage(
  env: Readonly<Record<string, string>> = {},
  prepare?: () => Promise<void> | void,
): void {
  beforeAll(async () => {
    theatre = await Theatre.open(env);
  }, 180_000);
  afterAll(async () => {
    await theatre.close();
  });
  beforeEach(async () => {
    customer = await theatre.customer();
    await prepare?.();
  });
  afterEach(async () => {
    await customer.leave();
  });
}

/** What a page has of `BRAND`: the names on it, and the links at its foot. */
export async function brandOn(page: Customer["page"]) {
  const links = await page.$$eval("footer a", (all) => all.map((one) => one.getAttribute("href")));
  return { names: await page.$$eval(".brand", (all) => all.map((one) => one.textContent)), links };
}

/** The same where nothing is missing. */
export function wholeBrand() {
  const { frontendUrl } = theatre;
  return {
    names: ["Mostrador", "WhatsApp"],
    links: ["privacy", "help"].map((path) => `${frontendUrl}/${path}`),
  };
}

/** Opens a fresh link and presses the button. */
export async function start() {
  const session = await theatre.newLink(LINK);
  await customer.page.goto(session.signupUrl);
  await customer.press("#go");
  return session;
}

/** Ends Meta's popup with the number. @returns the query that the SaaS gets */
export async function finish(): Promise<Record<string, string>> {
  await customer.endPopup("finish", { phoneNumber: NUMBER });
  return await customer.arrival(theatre.successUrl);
}
