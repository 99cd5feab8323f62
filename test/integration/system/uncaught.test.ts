import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { freePort, startOutside } from "../../support/service.ts";
import { ServiceProcess } from "../../support/service-process.ts";
import { registrationBench, takenCallback } from "../../support/registration.ts";
import { eventually } from "../../support/wait.ts";

let outside: Awaited<ReturnType<typeof startOutside>>;
let bench: ReturnType<typeof registrationBench>;
let service: ServiceProcess | undefined;
beforeAll(async () => {
  outside = await startOutside();
  bench = registrationBench(outside.database);
});
afterEach(async () => {
  await service?.kill();
  service = undefined;
  outside.simulator.reset();
});
afterAll(() => outside.close());

/** Errors that no code of the service has, as some callback would throw them. */
const PLANTED = [
  ['() => { throw new Error("planted +5511980000001"); }', "planted +5511•••••0001"],
  ['() => void Promise.reject(new Error("planted"))', "planted"],
];

const read = () => bench.integrations.findOne({}).lean();

describe("an error that nobody caught", () => {
  test.each(PLANTED)("ends the process in order: %s", async (listener, said) => {
    const code = `process.on("SIGUSR2", ${listener});`;
    const { simulator } = outside;
    // A call to Twilio that does not end keeps the registration under way.
    simulator.twilio.addFault({ operation: "accounts.list", kind: "hang" });
    const port = await freePort();
    service = new ServiceProcess({
      ...outside.env(port),
      REGISTRATION_LEASE_MS: "600000",
      TWILIO_TIMEOUT_MS: "300000",
      NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(code)}`,
    });
    await bench.integrations.deleteMany({});
    await service.start();
    await bench.upsert.apply(takenCallback());
    await eventually(read, (integration) => integration?.work.lease !== undefined);
    process.kill(service.pid, "SIGUSR2");
    expect(await service.ended()).toBe(1);
    const integration = await read();
    expect(integration?.work.lease).toBeUndefined();
    expect(integration?.work.dueAt?.getTime()).toBeLessThanOrEqual(Date.now());
    const fatal = service.lines.filter((line) => line.includes('"level":"fatal"'));
    expect(fatal).toHaveLength(1);
    expect(JSON.parse(fatal[0] ?? "")).toMatchObject({
      message: "An error that nobody caught: the process ends",
      err: { message: said, stack: expect.any(String) },
    });
  });
});
