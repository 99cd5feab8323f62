import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { startTestService, type TestService } from "../../support/service.ts";
import { createSession, getIntegration } from "../../support/signup.ts";
import { eventually } from "../../support/wait.ts";

const WABAS = ["794000000000001", "794000000000002"];
/** Fixed, so that a red run is red again; `npm run chaos` may raise the number of runs. */
const SEED = 20261125;
const RUNS = Number(process.env.MODEL_RUNS ?? 25);

/** What must be true of one number of one owner, whatever the service went through. */
interface Model {
  status: "none" | "linked" | "error" | "disconnected";
  waba: string;
}

function newModel(): Model {
  return { status: "none", waba: "" };
}

/** The same number in the real service. */
interface Real {
  service: TestService;
  userId: string;
  phoneNumber: string;
  integrationId: string;
}

type Command = fc.AsyncCommand<Model, Real>;

/** A command whose end state is compared with the model's after it. */
function command(
  name: string,
  applies: (model: Model) => boolean,
  act: (model: Model, real: Real) => Promise<void>,
): Command {
  return {
    check: applies,
    run: async (model, real) => {
      await act(model, real);
      await agree(model, real);
    },
    toString: () => name,
  };
}

/** Waits until the integration says what the model says, and Twilio has what it says. */
async function agree(model: Model, { service, userId, phoneNumber, integrationId }: Real) {
  if (model.status === "none") return;
  const integration = await eventually(
    () => getIntegration(service, integrationId, userId),
    ({ status, meta }) => status === model.status && meta.wabaId === model.waba,
  );
  const living = await eventually(
    () =>
      Promise.resolve(
        service.simulator.twilio
          .state()
          .senders.filter(({ senderId, deleted }) => senderId.endsWith(phoneNumber) && !deleted),
      ),
    (senders) => senders.length <= 1,
    12_000,
  );
  if (model.status === "disconnected") expect(living).toEqual([]);
  if (model.status !== "linked") return;
  expect(living).toMatchObject([
    { sid: integration.meta.senderId, status: "ONLINE", wabaId: model.waba },
  ]);
}

async function owner({ service, userId }: Real, method: "post" | "delete", path: string) {
  return service.http[method](path).set("Authorization", await service.bearer(userId));
}

const signUp = (waba: string): Command =>
  command(
    `sign up with ${waba}`,
    () => true,
    async (model, real) => {
      const { service, userId, phoneNumber } = real;
      const session = await createSession(service, { userId, phoneNumber });
      const visitor = service.visitor();
      const payload = await visitor.open(session.signupUrl);
      await visitor.start(payload);
      const callback = { payload, WhatsAppBusinessAccountId: waba };
      const answer = await visitor.postCallback(callback);
      if (model.status === "linked" && model.waba !== waba) {
        expect(answer.body).toMatchObject({ code: "number_already_linked" });
        return;
      }
      expect(answer.status).toBe(200);
      real.integrationId = (answer.body as { integrationId: string }).integrationId;
      model.status = "linked";
      model.waba = waba;
      // An OFFLINE sender of the same WABA is adopted; only Twilio can bring it back.
      await setStatus(real, "ONLINE");
    },
  );

async function setStatus({ service, phoneNumber }: Real, status: string) {
  for (const sender of service.simulator.twilio.state().senders) {
    if (sender.senderId.endsWith(phoneNumber) && !sender.deleted && sender.status !== "CREATING") {
      service.simulator.twilio.setSender(sender.sid, { status, offlineReasons: null });
    }
  }
}

const offline = command(
  "Twilio says OFFLINE",
  ({ status }) => status === "linked",
  async (model, real) => {
    await setStatus(real, "OFFLINE");
    model.status = "error";
  },
);

const vanish = command(
  "the sender vanishes",
  ({ status }) => status === "linked",
  async (model, { service, phoneNumber }) => {
    for (const { sid, senderId, deleted } of service.simulator.twilio.state().senders) {
      if (senderId.endsWith(phoneNumber) && !deleted) service.simulator.twilio.removeSender(sid);
    }
    model.status = "error";
  },
);

const retry = command(
  "retry",
  ({ status }) => status === "error",
  async (model, real) => {
    const path = `/whatsapp/integrations/${real.integrationId}/retry`;
    await eventually(
      () => owner(real, "post", path),
      ({ status }) => status === 202,
    );
    model.status = "linked";
  },
);

const disconnect = command(
  "disconnect",
  ({ status }) => status !== "none",
  async (model, real) => {
    await owner(real, "delete", `/whatsapp/integrations/${real.integrationId}`);
    model.status = "disconnected";
  },
);

const restart = command(
  "restart",
  () => true,
  async (_model, { service }) => service.restart(),
);

const fault = (operation: "senders.create" | "senders.list" | "accounts.list" | "senders.delete") =>
  command(
    `${operation} fails once`,
    () => true,
    (_model, { service }) => {
      service.simulator.twilio.addFault({ operation, kind: "reset", when: "after" });
      return Promise.resolve();
    },
  );

describe("the registration against a model", () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({
      env: {
        LINKED_CHECK_INTERVAL_MS: "150",
        REGISTRATION_SETTLE_MS: "100",
        TWILIO_TIMEOUT_MS: "400",
      },
    });
  });
  afterAll(() => service.close());

  test("any order of signups, troubles, retries and disconnects leaves the truth", async () => {
    let run = 0;
    const commands = fc.commands(
      [
        fc.constantFrom(...WABAS).map(signUp),
        fc.constant(offline),
        fc.constant(vanish),
        fc.constant(retry),
        fc.constant(disconnect),
        fc.constant(restart),
        fc
          .constantFrom("senders.create", "senders.list", "accounts.list", "senders.delete")
          .map((operation) => fault(operation)),
      ],
      { maxCommands: 10, size: "max" },
    );
    await fc.assert(
      fc.asyncProperty(commands, async (sequence) => {
        run += 1;
        service.simulator.reset();
        const suffix = String(run).padStart(4, "0");
        const real: Real = {
          service,
          userId: `model-${suffix}`,
          phoneNumber: `+551199400${suffix}`,
          integrationId: "",
        };
        // Every run has an owner and WABAs of its own, so that holds of earlier runs do not count.
        await service.database.connection.collection("waba_holds").deleteMany({});
        await fc.asyncModelRun(() => ({ model: newModel(), real }), sequence);
      }),
      { seed: SEED, numRuns: RUNS, endOnFailure: true },
    );
    expect(run).toBe(RUNS);
  }, 360_000);
});
