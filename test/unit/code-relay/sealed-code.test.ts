import { beforeAll, describe, expect, test } from "@jest/globals";
import { openCode, publicKeyOf, sealCode } from "../../../src/code-relay/sealed-code.ts";
import { randomToken } from "../../../src/tokens.ts";

const SESSION = "wss_1";
const CONTEXT = "+5511987654321 wss_1";

describe("a sealed code", () => {
  const secret = randomToken();
  let publicKey: string;
  let sealed: string;
  beforeAll(async () => {
    publicKey = await publicKeyOf(secret, SESSION);
    sealed = await sealCode("123456", publicKey, CONTEXT);
  });

  test("is opened by the browser that started the session", async () => {
    expect(await openCode(sealed, secret, SESSION, CONTEXT)).toBe("123456");
  });

  test.each([
    ["another browser", randomToken(), SESSION, CONTEXT],
    ["another session of the browser", secret, "wss_2", CONTEXT],
    ["another number", secret, SESSION, "+5511987654322 wss_1"],
    ["who knows the public key alone", "the public key", SESSION, CONTEXT],
  ])("is not opened by %s", async (_who, given, session, context) => {
    const tried = given === "the public key" ? publicKey : given;
    expect(await openCode(sealed, tried, session, context)).toBeUndefined();
  });

  test("is not opened when one of its bytes was changed or is missing", async () => {
    const bytes = Buffer.from(sealed, "base64url");
    for (const at of bytes.keys()) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8((changed.readUInt8(at) + 1) % 256, at);
      expect(
        await openCode(changed.toString("base64url"), secret, SESSION, CONTEXT),
      ).toBeUndefined();
      const cut = bytes.subarray(0, at).toString("base64url");
      expect(await openCode(cut, secret, SESSION, CONTEXT)).toBeUndefined();
    }
  });

  test("does not look the same twice and shows neither code nor secret", async () => {
    expect(await sealCode("123456", publicKey, CONTEXT)).not.toBe(sealed);
    const text = Buffer.from(sealed, "base64url").toString("latin1");
    expect(text).not.toContain("123456");
    expect(text).not.toContain(secret);
  });

  test("has the same key in every process, and another one for each session", async () => {
    expect(await publicKeyOf(secret, SESSION)).toBe(publicKey);
    expect(await publicKeyOf(secret, "wss_2")).not.toBe(publicKey);
    expect(publicKey).toHaveLength(43);
  });
});
