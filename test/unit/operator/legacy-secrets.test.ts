import { describe, expect, test } from "@jest/globals";
import { mongo, Types } from "mongoose";
import { looksSecret, withoutSecrets } from "../../../src/operator/legacy-secrets.ts";

const AUTH_TOKEN = "0a1b2c3d4e5f60718293a4b5c6d7e8f9";

describe("looksSecret", () => {
  test.each([
    ["Twilio's auth token", AUTH_TOKEN],
    ["Meta's token", "EAAGm0PX4ZCpsBAKZA1x9ZBbC2ZAq1"],
    ["Meta's app token", "123456789012345|aB3dE6gH9jK2mN5pQ8rS1tU4vW7"],
    ["a JWT", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0MiJ9.c2lnbmF0dXJlMTIzNDU2Nzg5MA"],
    ["a header", `Bearer ${AUTH_TOKEN}`],
    ["an address with one", `https://hooks.example/x?key=${AUTH_TOKEN}`],
    ["JSON with one", `{"value":"${AUTH_TOKEN}"}`],
    ["a SID joined with one", `AC${AUTH_TOKEN}:${AUTH_TOKEN}`],
  ])("%s", (_what, text) => {
    expect(looksSecret(text)).toBe(true);
  });

  test.each([
    "Panadería Sol, Avenida de la Constitución 1523",
    "+5511987654321",
    "whatsapp:+5511987654321",
    "123456789012345",
    `AC${AUTH_TOKEN}`,
    `XE${AUTH_TOKEN}`,
    "6814a0f0c3d1e2f3a4b5c6d7",
    "0f8fad5b-d9cb-469f-a165-70867728950e",
    "2025-03-04T05:06:07.000Z",
    "https://shop.example/whatsapp/inbound",
  ])("not %s", (text) => {
    expect(looksSecret(text)).toBe(false);
  });
});

describe("withoutSecrets", () => {
  test("takes out what is named or looks secret, at any depth, and names it", () => {
    const _id = new Types.ObjectId();
    const at = new Date(0);
    const document = {
      _id,
      status: "linked",
      authToken: "short",
      author: "Ana",
      tokenExpiresAt: at,
      hasToken: true,
      pin: 123_456,
      meta: {
        plan: 3,
        note: AUTH_TOKEN,
        list: ["Sol", AUTH_TOKEN, { clientSecret: "x", name: "n" }],
        credentials: { user: "u", password: "p" },
        blob: new mongo.Binary(Buffer.from("secret")),
      },
    };
    expect(withoutSecrets(document)).toEqual({
      kept: {
        _id,
        status: "linked",
        author: "Ana",
        tokenExpiresAt: at,
        hasToken: true,
        meta: { plan: 3, list: ["Sol", { name: "n" }] },
      },
      removed: [
        "authToken",
        "pin",
        "meta.note",
        "meta.list.1",
        "meta.list.2.clientSecret",
        "meta.credentials",
        "meta.blob",
      ],
    });
  });
});
