import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { exportJWK, generateKeyPair } from "jose";
import { startTestService, type TestService } from "../../support/service.ts";
import { COMPLETE, findings } from "./doctor.ts";

let service: TestService;
let server: Server;
let keys: { status: number; body: string };
beforeAll(async () => {
  service = await startTestService({ env: COMPLETE });
  server = createServer((_request, response) => {
    response.writeHead(keys.status, { "content-type": "application/json" }).end(keys.body);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterAll(async () => {
  server.close();
  await service.close();
});

const check = async () => {
  const { port } = server.address() as AddressInfo;
  const of = await findings(service, { AUTH_JWKS_URL: `http://127.0.0.1:${port}/keys` });
  return of("token keys").filter((line) => line.includes("AUTH_JWKS_URL"));
};

describe("the doctor loads the issuer's keys", () => {
  test("of every algorithm that tokens may have", async () => {
    const made = await Promise.all(["RS256", "ES256", "EdDSA"].map((alg) => generateKeyPair(alg)));
    const published = await Promise.all(made.map(({ publicKey }) => exportJWK(publicKey)));
    keys = { status: 200, body: JSON.stringify({ keys: published }) };
    expect(await check()).toEqual(["ok: AUTH_JWKS_URL has 3 keys that can be used"]);
  });

  test.each([
    [200, JSON.stringify({ keys: [] }), /^fail: .* has no key of RS256/],
    [200, JSON.stringify({ keys: [{ kty: "oct", k: "c2VjcmV0" }] }), /^fail: .* has no key/],
    [200, JSON.stringify({ keys: [{ kty: "RSA", n: "x" }] }), /^fail: .* has no key/],
    [200, "<html>", /^fail: AUTH_JWKS_URL gives no keys/],
    [404, "{}", /^fail: AUTH_JWKS_URL answers with 404/],
  ])("and fails where there are none: %i %s", async (status, body, said) => {
    keys = { status, body };
    expect(await check()).toEqual([expect.stringMatching(said)]);
  });
});
