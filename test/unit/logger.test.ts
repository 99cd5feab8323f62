import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "@jest/globals";
import { addLogContext, createLogger, withLogContext } from "../../src/logger.ts";

function memory(level = "trace") {
  const lines: string[] = [];
  const logger = createLogger(level, { write: (line) => lines.push(line) });
  return { logger, lines, parsed: () => lines.map((line) => JSON.parse(line) as unknown) };
}

const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

describe("createLogger", () => {
  test.each(["trace", "debug", "info", "warn", "error", "fatal"] as const)(
    "writes one JSON object a line, with level %s as a word",
    (level) => {
      const { logger, lines, parsed } = memory();
      logger[level]({ event: "service_started", port: 1 }, "Two\nlines");
      expect(parsed()).toEqual([
        { level, time: TIME, event: "service_started", port: 1, message: "Two\nlines" },
      ]);
      expect(lines.join("").split("\n")).toEqual([expect.any(String), ""]);
    },
  );

  test("is given no event that is not on the list: the compiler refuses it", () => {
    const { logger, lines } = memory();
    // @ts-expect-error -- a misspelt event
    logger.info({ event: "signup_opend" }, "x");
    logger.info({ event: "signup_opened", any: "field" }, "y");
    expect(lines).toHaveLength(2);
  });

  test("writes nothing below its level", () => {
    const { logger, lines } = memory("warn");
    logger.info("not this");
    logger.warn("this");
    expect(lines).toHaveLength(1);
  });

  test("masks a number whoever logs it", () => {
    const { logger, lines } = memory();
    logger.info({ phoneNumber: "+5511987654321" }, "x");
    logger.child({ phoneNumber: "+5511987654321" }).info("y");
    for (const line of lines) expect(line).toContain('"phoneNumber":"+5511•••••4321"');
  });

  test("takes kind, code, message, stack and causes of an error, and nothing else of it", () => {
    const { logger, lines, parsed } = memory();
    const cause = Object.assign(new TypeError("from +5511987654321"), { response: "canary" });
    const error = Object.assign(new Error("to +14155550123", { cause }), {
      code: 63_112,
      config: { headers: { authorization: "canary" } },
      request: "canary",
      body: { canary: true },
    });
    logger.error({ err: error }, "failed");
    expect(parsed()).toEqual([
      {
        level: "error",
        time: TIME,
        message: "failed",
        err: {
          type: "Error",
          code: 63_112,
          message: "to +1415•••0123",
          stack: expect.stringContaining("logger.test.ts"),
          cause: {
            type: "TypeError",
            message: "from +5511•••••4321",
            stack: expect.stringContaining("logger.test.ts"),
          },
        },
      },
    ]);
    expect(lines.join("")).not.toMatch(/canary|5511987654321|14155550123/);
  });

  test("masks what was thrown without being an error", () => {
    const { logger, parsed } = memory();
    logger.error({ err: "to +5511987654321" }, "failed");
    expect(parsed()).toEqual([expect.objectContaining({ err: { message: "to +5511•••••4321" } })]);
  });
});

describe("withLogContext", () => {
  test("puts the ids on every line of the work, also after waits, and on no other", async () => {
    const { logger, parsed } = memory();
    logger.info("before");
    const work = (id: string) =>
      withLogContext({ requestId: id }, async () => {
        logger.info("at once");
        await sleep(2);
        logger.child({ sessionId: "wss_1" }).info("later");
      });
    await Promise.all([work("one"), work("two")]);
    logger.info("after");
    expect(parsed()).toEqual([
      { level: "info", time: TIME, message: "before" },
      { level: "info", time: TIME, requestId: "one", message: "at once" },
      { level: "info", time: TIME, requestId: "two", message: "at once" },
      { level: "info", time: TIME, requestId: "one", sessionId: "wss_1", message: "later" },
      { level: "info", time: TIME, requestId: "two", sessionId: "wss_1", message: "later" },
      { level: "info", time: TIME, message: "after" },
    ]);
  });

  test("takes up ids that become known on the way, for that work alone", async () => {
    const { logger, parsed } = memory();
    withLogContext({ requestId: "one" }, () => {
      addLogContext({ sessionId: "wss_1" });
      logger.info({ sessionId: "wss_2" }, "its own word counts");
      logger.info("found");
    });
    addLogContext({ sessionId: "nobody's" });
    logger.info("outside");
    expect(parsed()).toEqual([
      {
        level: "info",
        time: TIME,
        requestId: "one",
        sessionId: "wss_2",
        message: "its own word counts",
      },
      { level: "info", time: TIME, requestId: "one", sessionId: "wss_1", message: "found" },
      { level: "info", time: TIME, message: "outside" },
    ]);
  });
});
