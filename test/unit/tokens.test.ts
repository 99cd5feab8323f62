import { describe, expect, test } from "@jest/globals";
import { randomId, randomToken, sha256 } from "../../src/tokens.ts";

const MANY = 2_000;

describe("randomToken", () => {
  test("is 256 bits in base64url and never the same twice", () => {
    const tokens = Array.from({ length: MANY }, randomToken);
    for (const token of tokens) expect(token).toMatch(/^[\w-]{43}$/);
    expect(new Set(tokens).size).toBe(MANY);
  });

  test("varies in every place", () => {
    const bytes = Array.from({ length: MANY }, () => Buffer.from(randomToken(), "base64url"));
    for (let place = 0; place < 32; place += 1) {
      expect(new Set(bytes.map((token) => token[place])).size).toBeGreaterThan(200);
    }
  });
});

describe("randomId", () => {
  test("bears its prefix and is never the same twice", () => {
    const ids = Array.from({ length: MANY }, () => randomId("wss"));
    for (const id of ids) expect(id).toMatch(/^wss_[0-9a-f]{24}$/);
    expect(new Set(ids).size).toBe(MANY);
  });
});

describe("sha256", () => {
  test("is the known hash, in hex", () => {
    expect(sha256("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  });
});
