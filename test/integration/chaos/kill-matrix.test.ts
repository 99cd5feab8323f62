import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Integration } from "../../../src/integrations/integration.ts";
import { subaccountName } from "../../../src/subaccounts/subaccount-store.ts";
import type { Operation } from "../../../dev/simulator/http/faults.ts";
import { PersistentVisitor } from "../../support/persistent-visitor.ts";
import { ServiceProcess } from "../../support/service-process.ts";
import { freePort, PARENT_SID, signToken, startOutside } from "../../support/service.ts";
import { eventually } from "../../support/wait.ts";

/** Long enough for all calls to stand still together before the kill. */
const TIMES = {
  REGISTRATION_LEASE_MS: "8000",
  TWILIO_TIMEOUT_MS: "7000",
  REGISTRATION_SETTLE_MS: "400",
  WORKER_CONCURRENCY: "20",
  LOG_LEVEL: "info",
};

/** One number whose process is killed while a call of this kind is under way for it. */
interface Case {
  userId: string;
  wabaId: string;
  phoneNumber: string;
  authorization: string;
  id: string;
}

/** Calls that carry what tells their signup from the others. */
const IN_A_SIGNUP = [
  "accounts.list",
  "accounts.create",
  "numbers.list",
  "numbers.update",
  "senders.create",
] as const;
/** Calls about a sender that is there already, and what an owner asks to have them made. */
const ABOUT_A_SENDER = {
  "senders.update": { method: "POST", path: "/verification", body: { code: "482913" } },
  "senders.delete": { method: "DELETE", path: "", body: {} },
  "senders.fetch": { method: "DELETE", path: "", body: {} },
} as const;

describe.each(["before", "after"] as const)("a process that is killed %s the effect of", (when) => {
  let outside: Awaited<ReturnType<typeof startOutside>>;
  let service: ServiceProcess;
  let visitor: PersistentVisitor;
  const cases = new Map<string, Case>();
  let hanging = 0;

  const twilio = () => outside.simulator.twilio;
  const caseOf = (name: string): Case => {
    const found = cases.get(name);
    if (!found) throw new Error(`no case ${name}`);
    return found;
  };
  const until = (name: string, fits: (integration: Integration) => boolean) =>
    eventually(
      async () => {
        const { phoneNumber: externalId } = caseOf(name);
        const integrations = outside.database.connection.collection<Integration>("integrations");
        const found = await integrations.findOne({ externalId });
        if (!found) throw new Error(`no integration for ${name}`);
        return found;
      },
      fits,
      60_000,
    );
  const untilStatus = (name: string, wanted: string) =>
    until(name, ({ status }) => status === wanted);

  /** @param pair whose owner and WABA it is; by default its own */
  async function prepare(name: string, pair = name): Promise<Case> {
    const index = String(cases.size + 10);
    const phoneNumber = `+55119630000${index}`;
    const { userId, wabaId } = cases.get(pair) ?? {
      userId: `kill-${name}`,
      wabaId: `7630000000000${index}`,
    };
    const token = await signToken({ sub: userId, phone_numbers: [phoneNumber] }, { expires: "1h" });
    const prepared = { userId, wabaId, phoneNumber, authorization: `Bearer ${token}`, id: "" };
    cases.set(name, prepared);
    return prepared;
  }

  async function signUp(one: Case): Promise<void> {
    one.id = await visitor.signUp(one);
  }

  function hang(operation: Operation, match: string): void {
    twilio().addFault({ operation, kind: "hang", when, match });
    hanging += 1;
  }

  function ask(name: keyof typeof ABOUT_A_SENDER): Promise<Response> {
    const { authorization, id } = caseOf(name);
    const { method, path, body } = ABOUT_A_SENDER[name];
    return fetch(`${service.url}/whatsapp/integrations/${id}${path}`, {
      method,
      headers: { authorization, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  }

  /** Numbers that are linked, or wait for a code, before anything stands still. */
  async function begin() {
    for (const name of ["first of a pair", ...Object.keys(ABOUT_A_SENDER)]) {
      const one = await prepare(name);
      if (name === "senders.update") {
        twilio().setScenario(one.phoneNumber, { kind: "code", code: "482913" });
      }
      await signUp(one);
    }
    for (const name of ["first of a pair", "senders.delete", "senders.fetch"]) {
      await untilStatus(name, "linked");
    }
    await until("senders.update", ({ registration }) => registration.step === "verification");
  }

  /** One call of each kind stands still at Twilio. */
  async function standStill() {
    for (const operation of IN_A_SIGNUP) {
      const one = await prepare(operation);
      const { phoneNumber, userId, wabaId } = one;
      const number = operation === "numbers.update" && twilio().seedNumber({ phoneNumber });
      const byName = operation.startsWith("accounts.");
      if (number) hang(operation, number.sid);
      else {
        hang(operation, byName ? subaccountName("default", userId, wabaId) : phoneNumber.slice(1));
      }
      await signUp(one);
    }
    // Further numbers of a pair that has its subaccount: one reads it, the other lists its senders.
    const { meta } = await untilStatus("first of a pair", "linked");
    for (const operation of ["accounts.fetch", "senders.list"] as const) {
      hang(operation, meta.twilioSubaccountSid ?? "");
      await signUp(await prepare(operation, "first of a pair"));
      await untilHanging();
    }
    for (const name of ["senders.update", "senders.delete", "senders.fetch"] as const) {
      hang(name, (await until(name, () => true)).meta.senderId ?? "");
      void ask(name).catch(() => undefined);
    }
    await untilHanging();
  }

  function untilHanging() {
    return eventually(
      () =>
        Promise.resolve(
          twilio()
            .requests()
            .filter(({ fault }) => fault !== null).length,
        ),
      (count) => count === hanging,
    );
  }

  beforeAll(async () => {
    outside = await startOutside({ onlineAfterMs: 100 });
    const port = await freePort();
    service = new ServiceProcess({ ...outside.env(port), ...TIMES });
    await service.start();
    visitor = new PersistentVisitor(
      () => [service.url],
      `http://localhost:${port}`,
      () => 0,
    );
    await begin();
    await standStill();
    await service.kill();
    await service.start();
  }, 600_000);
  afterAll(async () => {
    await service.stop();
    await outside.close();
  });

  test.each([...IN_A_SIGNUP, "accounts.fetch", "senders.list", "senders.update"] as const)(
    "%s is continued: one subaccount, one sender, linked",
    async (name) => {
      // A code that did not arrive is the customer's to send again.
      if (name === "senders.update" && when === "before") {
        await eventually(
          () => ask(name),
          ({ status }) => status === 202,
          60_000,
        );
      }
      const { meta } = await untilStatus(name, "linked");
      const { userId, wabaId, phoneNumber } = caseOf(name);
      const { accounts, senders, numbers } = twilio().state();
      const wanted = subaccountName("default", userId, wabaId);
      expect(accounts.filter(({ friendlyName }) => friendlyName === wanted)).toHaveLength(1);
      const living = senders.filter(
        ({ senderId, deleted }) => senderId.endsWith(phoneNumber) && !deleted,
      );
      expect(living.map(({ sid, accountSid }) => ({ sid, accountSid }))).toEqual([
        { sid: meta.senderId, accountSid: meta.twilioSubaccountSid },
      ]);
      const held = numbers.find((number) => number.phoneNumber === phoneNumber);
      expect([undefined, meta.twilioSubaccountSid]).toContain(held?.accountSid);
      expect(senders.filter(({ accountSid }) => accountSid === PARENT_SID)).toEqual([]);
    },
  );

  test.each(["senders.delete", "senders.fetch"])(
    "%s is continued: disconnected, and none left",
    async (name) => {
      await untilStatus(name, "disconnected");
      const { phoneNumber } = caseOf(name);
      const { senders } = twilio().state();
      expect(
        senders.filter(({ senderId, deleted }) => senderId.endsWith(phoneNumber) && !deleted),
      ).toEqual([]);
    },
  );
});
