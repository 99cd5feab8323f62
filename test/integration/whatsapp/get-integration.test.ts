import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { newNumber, newUser } from "../../support/numbers.ts";
import { problemIn } from "../../support/problems.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { completeSignup } from "../../support/signup.ts";
import { integrations, startedSession } from "./callback.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ env: { WORKER_ENABLED: "false" } });
});
afterAll(() => service.close());

async function newIntegration(userId: string): Promise<string> {
  const { integrationId } = await completeSignup(service, { userId, phoneNumber: newNumber() });
  return integrationId;
}

describe("GET /whatsapp/integrations/:id", () => {
  const get = async (id: string, userId: string, language = "es") =>
    service.http
      .get(`/whatsapp/integrations/${id}`)
      .set("Authorization", await service.bearer(userId))
      .set("Accept-Language", language);

  test("is 404 for another owner's, another provider's, and what is no id", async () => {
    const userId = newUser();
    const id = await newIntegration(newUser());
    const { insertedId } = await integrations(service).insertOne({
      userId,
      provider: "telegram",
      externalId: newNumber(),
    });
    const ids = [
      id,
      String(insertedId),
      "0123456789abcdef01234567",
      "x",
      "%24ne",
      id.toUpperCase(),
    ];
    for (const one of ids) {
      expect([one, problemIn(await get(one, userId))]).toEqual([one, "404 integration_unknown"]);
    }
  });

  test("shows a pending one whole", async () => {
    const session = await startedSession(service, { session: { phoneNumberType: "voice_only" } });
    const { visitor, values, userId, phoneNumber } = session;
    const accepted = await visitor.postCallback({ ...values, FacebookBusinessId: "98765" });
    const { integrationId } = accepted.body as { integrationId: string };
    const response = await get(integrationId, userId);
    const [createdAt] = (await integrations(service).distinct("createdAt", { userId })) as Date[];
    const at = createdAt?.toISOString();
    expect(response.status).toBe(200);
    expect(response.body).toEqual({
      id: integrationId,
      provider: "whatsapp",
      externalId: phoneNumber,
      status: "pending",
      meta: {
        wabaId: values.WhatsAppBusinessAccountId,
        facebookBusinessId: "98765",
        registeredVia: "twilio_embedded_signup",
        phoneNumberType: "voice_only",
        wabaProof: "twilio",
      },
      registration: {
        step: "subaccount",
        senderStatus: null,
        attempts: 0,
        nextAttemptAt: null,
        waitingFor: "twilio",
        waitingSince: at,
        usualDurationSeconds: 10,
        error: null,
        history: [{ at, event: "onboarding_callback_received", step: "subaccount" }],
        updatedAt: at,
      },
      createdAt: at,
      updatedAt: at,
    });
  });

  test.each(["es", "pt", "en"] as const)("explains an error in %s", async (language) => {
    const userId = newUser();
    const id = await newIntegration(userId);
    const error = {
      code: "waba_not_shared",
      actor: "customer",
      retryable: false,
      providerCode: "63101",
    };
    await integrations(service).updateOne(
      { userId },
      { $set: { status: "error", "registration.error": error, "registration.attempts": 2 } },
    );
    const { body } = await get(id, userId, language);
    const shown = (body as { registration: { error: Record<string, string> } }).registration.error;
    expect(shown).toMatchObject(error);
    for (const text of ["title", "detail", "action"]) expect(shown[text]).toMatch(/\w{3}/);
    expect(Object.keys(shown).toSorted()).toEqual(
      ["action", "actor", "code", "detail", "providerCode", "retryable", "title"].toSorted(),
    );
  });

  test("keeps the inner workings inside", async () => {
    const userId = newUser();
    const id = await newIntegration(userId);
    await integrations(service).updateOne(
      { userId },
      {
        $set: {
          "work.lease": { owner: "host", token: "canary", until: new Date() },
          "work.sendersToRemove": [{ subaccountSid: "AC1", senderId: "canary" }],
        },
      },
    );
    const { text } = await get(id, userId);
    for (const inner of ["canary", "lease", "generation", "target", "userId", "deadlineAt"]) {
      expect(text).not.toContain(inner);
    }
  });
});
