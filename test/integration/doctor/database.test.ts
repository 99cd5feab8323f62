import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { databaseChecks } from "../../../src/doctor/database-checks.ts";
import { freePort, startTestService, type TestService } from "../../support/service.ts";
import { openTcpProxy } from "../database/tcp-proxy.ts";
import { answer, COMPLETE, doctorCommand, findings } from "./doctor.ts";

let service: TestService;
let clockOffMs = 0;
beforeAll(async () => {
  service = await startTestService({
    env: COMPLETE,
    clock: {
      now: () => new Date(Date.now() + clockOffMs),
      monotonicMs: () => performance.now(),
    },
  });
});
afterEach(() => {
  clockOffMs = 0;
});
afterAll(() => service.close());

const integrations = () => service.database.connection.collection("integrations");

describe("the doctor asks MongoDB", () => {
  test("and says what fails where it does not answer, once", async () => {
    const uri = `mongodb://user:a-password@127.0.0.1:${await freePort()}/app?serverSelectionTimeoutMS=200`;
    const of = await findings(service, { MONGODB_URI: uri });
    expect(of("mongodb")).toEqual([
      expect.stringMatching(/^fail: MongoDB does not answer: .*ECONNREFUSED.* Look at MONGODB_URI/),
    ]);
    for (const check of ["mongodb write and read", "mongodb indexes", "documents of others"]) {
      expect(of(check)).toEqual(["fail: Not checked, since MongoDB does not answer."]);
    }
    const { out } = await doctorCommand(service, { MONGODB_URI: uri });
    expect(out).not.toContain("a-password");
  });

  test("also in a running service whose database went away, and after it is back", async () => {
    const uri = new URL(service.database.uri);
    const proxy = await openTcpProxy(service.database.uri);
    uri.port = String(proxy.port);
    uri.searchParams.set("directConnection", "true");
    uri.searchParams.set("serverSelectionTimeoutMS", "300");
    await service.restart({ MONGODB_URI: uri.href });
    expect((await answer(service))("mongodb write and read")).toEqual(["ok: Both work"]);
    await proxy.close();
    const of = await answer(service);
    expect(of("mongodb")).toEqual([expect.stringMatching(/^fail: /)]);
    expect(of("mongodb write and read")).toEqual([expect.stringMatching(/^fail: /)]);
    await service.restart();
    expect((await answer(service))("mongodb write and read")).toEqual(["ok: Both work"]);
  });

  test.each([
    [0, /^ok: .* apart/],
    [20_000, /^warn: .* 20 s apart/],
    [-90_000, /^fail: .* 90 s apart/],
  ])("whether its clock is %i ms off ours", async (off, said) => {
    clockOffMs = off;
    expect((await answer(service))("mongodb clock")).toEqual([expect.stringMatching(said)]);
  });

  test("whether its address names a database", async () => {
    expect((await answer(service))("mongodb name")).toEqual([
      expect.stringMatching(/^ok: test-[0-9a-f]+$/),
    ]);
    const uri = new URL(service.database.uri);
    uri.pathname = "/";
    expect((await findings(service, { MONGODB_URI: uri.href }))("mongodb name")).toEqual([
      expect.stringMatching(/^warn: MONGODB_URI names no database/),
    ]);
  });

  test("whether its indexes are there, and nobody else's in the way", async () => {
    expect((await answer(service))("mongodb indexes")).toEqual(["ok: All are there"]);
    await integrations().dropIndex("whatsapp_owner_number");
    await integrations().createIndex({ status: 1 }, { unique: true, name: "foreign" });
    expect((await answer(service))("mongodb indexes")).toEqual([
      expect.stringMatching(/^fail: .*integrations lacks the index whatsapp_owner_number/),
      expect.stringMatching(/^warn: The unique index foreign of the collection integrations/),
    ]);
    await integrations().dropIndex("foreign");
    await service.restart();
    expect((await answer(service))("mongodb indexes")).toEqual(["ok: All are there"]);
  });

  test("whether an earlier service left documents", async () => {
    expect((await answer(service))("documents of others")).toEqual(["ok: None of this provider"]);
    await integrations().insertOne({ provider: "whatsapp", userId: "x", externalId: "+1" });
    await integrations().insertOne({ provider: "instagram", userId: "x", externalId: "1" });
    expect((await answer(service))("documents of others")).toEqual([
      expect.stringMatching(/^warn: 1 documents of this provider/),
    ]);
    await integrations().deleteMany({});
  });
});

/** What the stand-in cannot be: the driver's own words are the test's. */
describe("the doctor says of a MongoDB", () => {
  type Deps = Parameters<typeof databaseChecks>[1];
  const check = async (name: string, over: object, production = true) => {
    const answers = { hello: {}, options: { tls: false, hosts: [] }, ...over };
    const connection = {
      readyState: 1,
      db: { command: () => Promise.resolve(answers.hello) },
      getClient: () => ({ options: answers.options }),
    };
    const refused = Object.assign(new Error("not authorized"), { codeName: "Unauthorized" });
    const rateLimits = {
      collection: { insertOne: () => Promise.reject(refused) },
      deleteOne: () => Promise.reject(refused),
    };
    const clock = { now: () => new Date(), monotonicMs: () => 0 };
    const deps = { connection, rateLimits, clock } as unknown as Deps;
    const config = { production, mongodbUri: "mongodb://x/y" } as never;
    const found = databaseChecks(config, deps).find((one) => one.name === name);
    const told = await found?.run({ signal: new AbortController().signal });
    return told?.map(({ outcome, message }) => `${outcome}: ${message}`);
  };

  test.each([
    [{ setName: "rs0" }, true, /^ok: Replica set rs0/],
    [{ msg: "isdbgrid" }, true, /^ok: A sharded cluster/],
    [{}, false, /^ok: A single server/],
    [{}, true, /^warn: A single server.* Run a replica set/],
  ])("topology %j in production %j", async (hello, production, said) => {
    expect(await check("mongodb topology", { hello }, production)).toEqual([
      expect.stringMatching(said),
    ]);
  });

  test.each([
    [true, "db.example.com", /^ok: Encrypted/],
    [false, "db.example.com", /^warn: .*db\.example\.com is not encrypted\. Add tls=true/],
    [false, "203.0.113.9", /^warn: /],
    [false, "mongodb.railway.internal", /^ok: /],
    [false, "10.1.2.3", /^ok: /],
    [false, "localhost", /^ok: /],
  ])("with tls %j at %s", async (tls, host, said) => {
    const options = { tls, hosts: [{ host }] };
    expect(await check("mongodb tls", { options })).toEqual([expect.stringMatching(said)]);
  });

  test("that refuses to write", async () => {
    expect(await check("mongodb write and read", {})).toEqual([
      expect.stringMatching(/^fail: MongoDB refuses to write or read \(Unauthorized\)/),
    ]);
  });
});
