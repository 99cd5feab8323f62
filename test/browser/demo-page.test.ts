import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { createSaasApp } from "../../src/demo/saas/app.ts";
import { Backend } from "../../src/demo/saas/backend.ts";
import { newNumber, newUser } from "../support/numbers.ts";
import { TEST_SECRET } from "../support/service.ts";
import { Theatre } from "./theatre.ts";

const NUMBERS = [newNumber(), newNumber()] as const;
const BUTTON = "connect-whatsapp >>> button";

let theatre: Theatre;
let saas: Server;

beforeAll(async () => {
  theatre = await Theatre.open();
  const backend = new Backend({
    serviceUrl: theatre.serviceUrl,
    secret: TEST_SECRET,
    customer: { userId: newUser(), accountName: "Padaria da Ana", phoneNumbers: [] },
  });
  const choices = NUMBERS.map((phoneNumber) => ({
    phoneNumber,
    labels: { es: phoneNumber, pt: phoneNumber, en: phoneNumber },
  }));
  saas = createServer(createSaasApp(backend, choices)).listen(0, "127.0.0.1");
  await once(saas, "listening");
}, 60_000);

afterAll(async () => {
  saas.close();
  saas.closeAllConnections();
  await theatre.close();
});

it("the demo's page connects the number that was chosen", async () => {
  const customer = await theatre.customer();
  await customer.page.goto(`http://127.0.0.1:${(saas.address() as AddressInfo).port}/`);
  await customer.page.select("#number", NUMBERS[1]);
  await customer.screenshot("demo page");
  await customer.press(BUTTON);
  const signup = await customer.window("/whatsapp/signup");
  await signup.locator("#go:not([disabled])").click();
  await customer.endPopup("finish", { phoneNumber: NUMBERS[1] });
  await customer.page.waitForSelector("connect-whatsapp[state=connected]");
  await customer.page.waitForSelector(".pill.linked");
  await customer.screenshot("demo page connected");

  expect(await customer.text("connect-whatsapp >>> [role=status]")).toContain(NUMBERS[1]);
  expect(await customer.text("#integrations")).toContain(NUMBERS[1]);
  expect(await customer.accessibilityViolations("light")).toEqual([]);
  expect(await customer.accessibilityViolations("dark")).toEqual([]);

  await customer.page.select("#number", NUMBERS[0]);
  await customer.page.waitForSelector("connect-whatsapp[state=idle]");
  await customer.leave();
});
