import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { ButtonPage } from "./button-page.ts";
import { Shop } from "./shop.ts";
import { customer, setTheStage, theatre } from "./stage.ts";

let shop: Shop;
let button: ButtonPage;

setTheStage({}, async () => {
  button = new ButtonPage(shop, customer);
  shop.newCustomer();
});

beforeAll(async () => {
  shop = await Shop.open(theatre.serviceUrl, [theatre.serviceUrl]);
});

afterAll(() => {
  shop.close();
});

describe("The example of a frontend that draws its own button", () => {
  beforeEach(async () => {
    shop.page.body = `<button id="connect">Conectar</button><p id="state"></p>
      <script type="module" src="/drawn-button.js"></script>`;
  });

  test("opens the page and tells how it ends", async () => {
    await customer.page.goto(shop.url);
    await customer.press("#connect");
    await button.finishSignup();
    await customer.page.waitForFunction(
      `document.querySelector("#state").textContent.startsWith("connected")`,
    );

    expect(await customer.text("#state")).toContain(shop.customer.phoneNumber);
  });

  test("offers a link where the window is blocked, and shows a refusal", async () => {
    await customer.page.evaluateOnNewDocument("window.open = () => null");
    await customer.page.goto(shop.url);
    await customer.press("#connect");
    await customer.page.waitForSelector("#state a");

    shop.refusals.POST = { status: 429, body: { code: "rate_limited" } };
    await customer.press("#connect");
    await customer.page.waitForFunction(
      `document.querySelector("#state").textContent === "rate_limited"`,
    );
    expect(await customer.windowCount()).toBe(1);
  });
});
