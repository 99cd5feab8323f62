import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { DoctorReport } from "../../../src/doctor/doctor.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { COMPLETE, doctorCommand, OPS_TOKEN } from "./doctor.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ env: COMPLETE });
});
afterAll(() => service.close());

/** Nothing is to be said of these in a test; Node and MongoDB are the machine's. */
const OF_THE_MACHINE = new Set(["node", "mongodb", "mongodb clock"]);

async function ask(): Promise<DoctorReport> {
  const response = await service.http
    .get("/ops/doctor")
    .set("Authorization", `Bearer ${OPS_TOKEN}`);
  expect(response.status).toBe(200);
  return response.body as DoctorReport;
}

describe("npm run doctor and GET /ops/doctor", () => {
  test("have nothing to say of a good installation", async () => {
    const { checks } = await ask();
    const said = checks.filter(({ check }) => !OF_THE_MACHINE.has(check));
    expect(said.filter(({ outcome }) => outcome !== "ok")).toEqual([]);
    expect(said.length).toBeGreaterThan(18);
  });

  test("make the same checks", async () => {
    const { code, out, err } = await doctorCommand(service, {}, "--json");
    const report = JSON.parse(out) as DoctorReport;
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const names = ({ checks }: DoctorReport) => checks.map(({ check }) => check);
    expect(names(report)).toEqual(names(await ask()));
  });

  test("make those that docs/operations.md lists, and no other", async () => {
    const operations = readFileSync("docs/operations.md", "utf8");
    const section = operations.slice(
      operations.indexOf("## Is it set up well?"),
      operations.indexOf("## A customer's story"),
    );
    const firstCells = [...section.matchAll(/^\| (`[^|]+)\|/gm)].map(([, cell = ""]) => cell);
    const listed = [...firstCells.join(" ").matchAll(/`([^`]+)`/g)].map(([, name]) => name);
    const { checks } = await ask();
    expect(new Set(listed)).toEqual(new Set(checks.map(({ check }) => check)));
  });

  test("change nothing", async () => {
    const { connection } = service.database;
    const state = async () => {
      const collections = (await connection.listCollections()).map(({ name }) => name).toSorted();
      const counts = collections.map((name) => connection.collection(name).countDocuments());
      return { collections, counts: await Promise.all(counts) };
    };
    const before = await state();
    await ask();
    await doctorCommand(service);
    expect(await state()).toEqual(before);
    const changes = service.simulator.twilio.requests().filter(({ method }) => method !== "GET");
    expect(changes).toEqual([]);
  });

  test("print a table for people, with what failed at its end", async () => {
    const { code, out } = await doctorCommand(service, { TWILIO_PARTNER_SOLUTION_ID: "" });
    const lines = out.trimEnd().split("\n");
    expect(code).toBe(1);
    expect(lines.at(-1)).toBe("1 failed. Mend them, and run it again.");
    expect(lines.at(-3)).toMatch(
      /^fail {2}partner solution +TWILIO_PARTNER_SOLUTION_ID is not set/,
    );
    expect(out).not.toContain("\u001B");
  });

  test("show no secret", async () => {
    const env = { TWILIO_AUTH_TOKEN: "a-wrong-token-0123", META_APP_SECRET: "a-wrong-secret-0123" };
    const { out } = await doctorCommand(service, env, "--json");
    for (const secret of [...Object.values(env), OPS_TOKEN, service.env.AUTH_JWT_SECRET]) {
      expect(out).not.toContain(secret);
    }
  });

  test("a configuration that cannot be read is named, every problem of it", async () => {
    const { code, out } = await doctorCommand(
      service,
      { PORT: "x", TWILIO_ACCOUNT_SID: "" },
      "--json",
    );
    expect(code).toBe(1);
    const { outcome, checks } = JSON.parse(out) as DoctorReport;
    expect(outcome).toBe("fail");
    expect(checks.map((one) => `${one.check} ${one.outcome}: ${one.message}`)).toEqual([
      expect.stringMatching(/^configuration fail: PORT must be/),
      expect.stringMatching(/^configuration fail: TWILIO_ACCOUNT_SID is missing/),
    ]);
  });

  test("an option that there is not is told of", async () => {
    const { code, out, err } = await doctorCommand(service, {}, "--yaml");
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain("npm run doctor");
  });

  test("asked twice at the same time they ask Twilio once", async () => {
    service.simulator.reset();
    await Promise.all([ask(), ask(), ask()]);
    const asked = service.simulator.twilio.requests().map(({ operation }) => operation);
    expect(asked.toSorted()).toEqual(["accounts.fetch", "accounts.list"]);
  });
});
