import { once } from "node:events";
import {
  createServer,
  request as forward,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { freePort, startTestService, type TestService } from "../../support/service.ts";
import { answer, COMPLETE, findings } from "./doctor.ts";

let service: TestService;
const proxies: Server[] = [];
beforeAll(async () => {
  service = await startTestService({ env: COMPLETE });
});
afterEach(() => {
  for (const server of proxies.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});
afterAll(() => service.close());

/** Something that stands before the service. @returns its address */
async function listen(handle: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer(handle).listen(0, "127.0.0.1");
  proxies.push(server);
  await once(server, "listening");
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}

/** A proxy that hands requests over with these headers beside or instead of their own. */
function proxy(headers: Record<string, string>) {
  return listen((request, response) => {
    const passed = forward(
      `${service.url}${request.url}`,
      { headers: { ...request.headers, ...headers } },
      (answered) => {
        response.writeHead(answered.statusCode ?? 0, answered.headers);
        answered.pipe(response);
      },
    );
    request.pipe(passed);
  });
}

async function through(publicUrl: string, env: Record<string, string> = {}) {
  const of = await findings(service, { PUBLIC_URL: publicUrl, ...env });
  return of("public url");
}

describe("the doctor goes out to PUBLIC_URL", () => {
  test("and is content where the service answers as it is", async () => {
    const said = [`ok: ${service.url} reaches this service as it is`];
    expect((await answer(service))("public url")).toEqual(said);
    expect((await findings(service))("public url")).toEqual(said);
  });

  test("also through a proxy that names itself and is trusted", async () => {
    await service.restart({ TRUST_PROXY: "1" });
    const address = await proxy({ "x-forwarded-for": "192.0.2.7" });
    expect(await through(address, { TRUST_PROXY: "1" })).toEqual([
      expect.stringMatching(/^ok: .* as it is$/),
    ]);
    expect(await through(address, { TRUST_PROXY: "2" })).toEqual([
      expect.stringMatching(/^warn: 1 proxies stand .* Set TRUST_PROXY=1/),
    ]);
    await service.restart();
  });

  test("nobody there", async () => {
    const address = `http://localhost:${await freePort()}`;
    expect(await through(address)).toEqual([
      expect.stringMatching(/^fail: PUBLIC_URL .* does not answer \(ECONNREFUSED\)/),
    ]);
  });

  test("another program there, also one that says what ours would", async () => {
    const empty = await listen((_request, response) => response.end("hello"));
    expect(await through(empty)).toEqual([expect.stringMatching(/^fail: .* answered with 200/)]);
    const forged = await listen((_request, response) => {
      response.end(JSON.stringify({ answer: "x", protocol: "http", host: "x", hops: 0 }));
    });
    expect(await through(forged)).toEqual([expect.stringMatching(/^fail: .* answered with 200/)]);
  });

  test("a service of another installation", async () => {
    expect(await through(service.url, { TWILIO_AUTH_TOKEN: "of-another" })).toEqual([
      expect.stringMatching(/^fail: .* answered with 404 .*another TWILIO_AUTH_TOKEN/),
    ]);
  });

  test("a redirect", async () => {
    const address = await listen((_request, response) => {
      response.writeHead(301, { location: "https://www.example.com/x" }).end();
    });
    expect(await through(address)).toEqual([
      expect.stringMatching(/^fail: .* redirects to https:\/\/www\.example\.com, /),
    ]);
  });

  test("a proxy that changes host or scheme on the way", async () => {
    await service.restart({ TRUST_PROXY: "1" });
    const host = await proxy({ host: "inner.example", "x-forwarded-for": "192.0.2.7" });
    expect(await through(host, { TRUST_PROXY: "1" })).toEqual([
      expect.stringMatching(/^warn: What is sent to .* arrives as inner\.example/),
    ]);
    const scheme = await proxy({ "x-forwarded-for": "192.0.2.7", "x-forwarded-proto": "https" });
    expect(await through(scheme, { TRUST_PROXY: "1" })).toEqual([
      expect.stringMatching(/^warn: What is sent to .* arrives as https\./),
    ]);
    await service.restart();
  });

  test("nobody else learns anything from the probe's address", async () => {
    const signed = "bm9uY2U.c2lnbmF0dXJlLXRoYXQtaXMtbm9uZS1vZi1vdXJz-0123456789";
    for (const token of ["x", "a.b", signed]) {
      const { status, body } = await service.http.get(`/ops/probe/${token}`);
      expect([status, body]).toMatchObject([404, { code: "not_found" }]);
    }
  });
});
