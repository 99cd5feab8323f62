import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { TcpProxy } from "../integration/database/tcp-proxy.ts";
import { customer, setTheStage, start, theatre } from "./stage.ts";
import { NUMBER } from "./theatre.ts";

/** How MongoDB's queries name themselves on the wire. */
const FIND = "\x02find\0";

let proxy: TcpProxy;

setTheStage({}, async () => {
  // What the page waits for before it tries again passes at once.
  await customer.page.evaluateOnNewDocument(`{
    const later = window.setTimeout;
    window.setTimeout = (run, ms) => later(run, ms > 300 && ms < 10_000 ? 300 : ms);
  }`);
});
beforeAll(async () => {
  proxy = await theatre.throughProxy();
});
afterAll(() => proxy.close());

describe("The popup's result, while the database is away", () => {
  test("is kept over every try, reload and page, until it has been handed over", async () => {
    customer.forgive(/503/);
    const { sessionId } = await start();
    await customer.popup();
    proxy.reset(FIND, 10_000);
    await customer.endPopup("finish", { phoneNumber: NUMBER });
    await customer.notice("The service is not available right now");
    await customer.page.reload();
    await customer.page.waitForSelector("main a.primary");
    // Its own tries are over when the page asks no more.
    await customer.page.waitForNetworkIdle({ idleTime: 2000 });
    proxy.reset("", 0);
    await customer.press("main a.primary");

    expect(await customer.arrival(theatre.successUrl)).toMatchObject({
      status: "pending",
      sessionId,
    });
  });
});
