import { describe, expect, test } from "@jest/globals";
import { cleanMessage, networkKind, refusalMessage } from "../../src/provider-message.ts";

const SID = `AC${"0".repeat(31)}1`;

describe("cleanMessage", () => {
  test.each([
    ["profile.name must not be empty", "profile.name must not be empty"],
    ["configuration.verification_method is one of sms, voice", undefined],
    [`The resource /2010-04-01/Accounts/${SID}.json was not found`, undefined],
    ["Valid until 2026-11-24 for code 63100 (#100)", undefined],
    ["a\u0000b\r\nc\td\u2028e  f", "a b c d e f"],
    ["re\u202Eversed\u200B", "reversed"],
    ["The number +5511987654321 is taken", "The number +5511•••••4321 is taken"],
    ["whatsapp:+5511987654321", "whatsapp:+5511•••••4321"],
    ["number 5511987654321, once", "number +5511•••••4321, once"],
    ["+55 (11) 98765-4321 is", "+5511•••••4321 is"],
    ["+5511\u200B987654321", "+5511•••••4321"],
    ["５５１１９８７６５４３２１", "+5511•••••4321"],
    ["national 11987654321", "national +1198•••4321"],
    ["write to ana.souza+x@padaria.com.br now", "write to [e-mail] now"],
    ["Bearer abc.def-1", "Bearer […]"],
    ["token 0123456789abcdef0123456789abcdef", "token […]"],
    [`${SID}:0123456789abcdef0123456789abcdef`, `${SID}:[…]`],
    ["at https://api.test/x?access_token=abc&y=1 now", "at https://api.test/x?… now"],
    ["at https://AC1:secret@api.test/x", "at https://api.test/x"],
    ["client_secret=abc", "client_secret=[…]"],
    ["a jwt eyJhbGciOi.eyJzdWIi.x_y", "a jwt […]"],
    ["a token EAAGm0PX4ZCpsBA", "a token […]"],
    ["a code AQDx7rR4kPq1zYw8uV3sT6nM", "a code […]"],
  ])("%j", (text, expected) => {
    expect(cleanMessage(text)).toBe(expected ?? text);
  });

  test("cuts out what the call carried, also written otherwise", () => {
    const secrets = ["app-secret/of the tests", "482913", "abc", "half \uD800 of one"];
    const text = "app-secret/of the tests, app-secret%2Fof%20the%20tests, 482-913, 482913 and abc";
    expect(cleanMessage(text, secrets)).toBe("[…], […], […], […] and abc");
  });

  test("is bounded, without half a sign", () => {
    const cleaned = cleanMessage("😀".repeat(400));
    expect(cleaned).toBe(`${"😀".repeat(149)}…`);
    expect(cleanMessage("x".repeat(300))).toBe("x".repeat(300));
  });

  test("leaves no token where the cut is", () => {
    expect(cleanMessage(`${"x ".repeat(147)}0123456789abcdef0123456789abcdef`)).not.toContain(
      "01234",
    );
  });

  test("is quick with long nonsense", () => {
    for (const sign of ["a", "1", "@", "/", "+", "(", "Bearer a", "http://", "AC0", "1 "]) {
      expect(cleanMessage(sign.repeat(50_000)).length).toBeLessThanOrEqual(300);
    }
  });
});

describe("refusalMessage", () => {
  test.each<[unknown, unknown[], string | undefined]>([
    ["Validation error", [], "Validation error"],
    ["", [undefined, null, {}, []], undefined],
    [42, [], undefined],
    [
      "Validation error",
      [{ field: "profile.name", message: "is missing" }],
      "Validation error (profile.name: is missing)",
    ],
    [
      "Validation error",
      [[{ detail: "must be E.164", pointer: "/sender_id" }]],
      "Validation error (/sender_id: must be E.164)",
    ],
    [
      "Invalid",
      [{ fields: { "profile.name": ["is empty"] } }],
      "Invalid (fields: profile.name: is empty)",
    ],
    ["Invalid", [{ path: ["profile", "name"], message: "empty" }], "Invalid (profile.name: empty)"],
    [
      "Invalid",
      [{ message: "bad", errors: [{ param: "Name", code: 3 }] }],
      "Invalid (bad; errors: Name)",
    ],
    [undefined, ["profile.name"], "profile.name"],
    [
      "Invalid",
      [{ mail: "ana@padaria.com", phone: "+5511987654321" }],
      "Invalid (mail: [e-mail]; phone: +5511•••••4321)",
    ],
  ])("%j with %j", (message, details, expected) => {
    expect(refusalMessage(message, details)).toBe(expected);
  });

  test("keeps the field where the message is long", () => {
    const told = refusalMessage("x".repeat(400), [{ pointer: "/profile/name", detail: "empty" }]);
    expect(told).toContain("/profile/name: empty");
    expect(told?.length).toBeLessThanOrEqual(300);
  });

  test("ends with structures that do not end", () => {
    const endless: Record<string, unknown> = { message: "round" };
    endless.self = endless;
    expect(refusalMessage("", [endless])).toContain("round");
  });
});

describe("networkKind", () => {
  const withCode = (code: string, cause?: unknown) =>
    Object.assign(new Error("secret"), { code, cause });

  test.each([
    [new DOMException("x", "TimeoutError"), "timeout"],
    [withCode("ABORT_ERR", new DOMException("x", "TimeoutError")), "timeout"],
    [new TypeError("fetch failed", { cause: withCode("ECONNREFUSED") }), "ECONNREFUSED"],
    [new Error("wrapped", { cause: withCode("ECONNRESET") }), "ECONNRESET"],
    [withCode("UND_ERR_SOCKET"), "UND_ERR_SOCKET"],
    [new DOMException("x", "AbortError"), "aborted"],
    [new SyntaxError("Unexpected token"), "unreadable answer"],
    [new Error("https://x?access_token=1"), undefined],
    ["text", undefined],
    [undefined, undefined],
  ])("%p", (error, expected) => {
    expect(networkKind(error)).toBe(expected);
  });
});
