import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { SignupChoice } from "../../../dev/simulator/meta/signup.ts";
import type { Simulator } from "../../../dev/simulator/simulator.ts";
import { TestClock, WABA } from "../../contract/twilio-caller.ts";
import { APP, graph, launch, NUMBER, proofOf, startMeta } from "./meta-caller.ts";

const clock = new TestClock();
let simulator: Simulator;

beforeAll(async () => {
  simulator = await startMeta(clock);
});
afterAll(() => simulator.close());
beforeEach(() => simulator.reset());

const finish = (choice: SignupChoice = {}) =>
  simulator.meta.completeSignup(launch({ phoneNumber: NUMBER, ...choice }));

const exchange = async (code: string, over: Record<string, string> = {}) =>
  graph(simulator, "oauth/access_token", { ...APP, code, ...over });

async function token(choice: SignupChoice = {}): Promise<string> {
  const { authResponse } = finish(choice);
  const { body } = await exchange(authResponse?.code ?? "");
  return String(body.access_token);
}

const refused = (code: number, subcode?: number) => ({
  status: 400,
  body: {
    error: {
      message: expect.any(String),
      type: "OAuthException",
      code,
      ...(subcode !== undefined && { error_subcode: subcode }),
      fbtrace_id: expect.any(String),
    },
  },
});

describe("oauth/access_token", () => {
  test("trades a code once", async () => {
    const code = finish().authResponse?.code ?? "";
    expect(await exchange(code)).toMatchObject({
      status: 200,
      body: { access_token: expect.stringMatching(/^EAA/), token_type: "bearer" },
    });
    expect(await exchange(code)).toEqual(refused(100, 36009));
  });

  test("trades a code by POST too", async () => {
    const code = finish().authResponse?.code ?? "";
    const answer = await fetch(`${simulator.metaUrl}/v25.0/oauth/access_token`, {
      method: "POST",
      body: new URLSearchParams({ ...APP, code }),
    });
    expect(answer.status).toBe(200);
  });

  test("trades a code for 30 s", async () => {
    const early = finish().authResponse?.code ?? "";
    const late = finish().authResponse?.code ?? "";
    clock.advance(29_999);
    expect((await exchange(early)).status).toBe(200);
    clock.advance(1);
    expect(await exchange(late)).toEqual(refused(100, 36007));
  });

  test("gives the app its own token, for nothing but its id and secret", async () => {
    const grant = { grant_type: "client_credentials" };
    const ask = (over: Record<string, string> = {}) =>
      graph(simulator, "oauth/access_token", { ...APP, ...grant, ...over });
    expect(await ask()).toEqual({
      status: 200,
      body: { access_token: expect.stringMatching(/^1001\|[\w-]{20,}$/), token_type: "bearer" },
    });
    expect(await ask({ client_secret: "wrong" })).toEqual(refused(1));
    expect(await ask({ client_id: "9" })).toEqual(refused(101));
    expect(await ask({ grant_type: "password" })).toEqual(refused(100));
    expect(await ask({ code: finish().authResponse?.code ?? "" })).toEqual(refused(100));
  });

  test("refuses what does not belong", async () => {
    const code = finish().authResponse?.code ?? "";
    expect(await exchange("AQunknown")).toEqual(refused(100));
    expect(await exchange(code, { client_secret: "wrong" })).toEqual(refused(1));
    expect(await exchange(code, { client_id: "9" })).toEqual(refused(101));
    expect(await exchange(code, { redirect_uri: "https://x" })).toEqual(refused(100, 36008));
    expect(await graph(simulator, "oauth/access_token", APP)).toEqual(refused(1));
    expect((await exchange(code)).status).toBe(200);
  });
});

describe("debug_token", () => {
  const scopesOf = async (input_token: string) => {
    const { body } = await graph(simulator, "debug_token", {
      input_token,
      access_token: "1001|app-secret",
    });
    return body.data as Record<string, unknown>;
  };

  test("names the WABAs that were granted", async () => {
    expect(await scopesOf(await token())).toMatchObject({
      app_id: "1001",
      is_valid: true,
      granular_scopes: [{ scope: "whatsapp_business_management", target_ids: [WABA] }],
    });
  });

  test("can leave the targets out, or name others", async () => {
    const unnamed = await scopesOf(await token({ grant: { namesTargets: false } }));
    expect(unnamed.granular_scopes).toEqual([{ scope: "whatsapp_business_management" }]);
    const others = await scopesOf(await token({ grant: { wabaIds: ["9"] } }));
    expect(others.granular_scopes).toMatchObject([{ target_ids: ["9"] }]);
  });

  test("says that an unknown token is not valid, and answers only the app", async () => {
    expect(await scopesOf("EAAunknown")).toMatchObject({ is_valid: false });
    const answer = await graph(simulator, "debug_token", {
      input_token: "x",
      access_token: "1001|wrong",
    });
    expect(answer).toMatchObject({ status: 401, body: { error: { code: 190 } } });
  });
});

describe("the WABA", () => {
  const read = async (path: string, access_token: string, proof = proofOf(access_token)) =>
    graph(simulator, path, { access_token, appsecret_proof: proof });

  test("can be read with the token and its proof", async () => {
    const good = await token();
    expect(await read(WABA, good)).toMatchObject({ status: 200, body: { id: WABA } });
    expect(await read(WABA, good, proofOf("another"))).toEqual(refused(100));
    expect(await graph(simulator, WABA, { access_token: good })).toEqual(refused(100));
    expect(await read(WABA, "EAAunknown")).toMatchObject({ status: 401 });
  });

  test("cannot be read by a token that was not granted it", async () => {
    simulator.meta.seedWaba({ id: "2029384756" });
    expect(await read("2029384756", await token())).toEqual(refused(100, 33));
    expect(await read("2029384756/phone_numbers", await token())).toEqual(refused(100, 33));
  });

  test("lists its numbers, in pages", async () => {
    simulator.meta.seedWaba({
      id: WABA,
      numbers: [{ phoneNumber: "+5511900000001" }, { phoneNumber: "+551187654321", display: "x" }],
    });
    const good = await token({ displayName: "Padaria" });
    const all = await read(`${WABA}/phone_numbers`, good);
    expect(all.body.data).toEqual([
      expect.objectContaining({ display_phone_number: "+55 11 90000 0001" }),
      expect.objectContaining({ display_phone_number: "x" }),
      expect.objectContaining({
        id: expect.stringMatching(/^\d+$/),
        display_phone_number: "+55 11 98765 4321",
        verified_name: "Padaria",
      }),
    ]);
    const seen: unknown[] = [];
    let query: Record<string, string> = { limit: "2" };
    for (;;) {
      const page = await graph(simulator, `${WABA}/phone_numbers`, {
        access_token: good,
        appsecret_proof: proofOf(good),
        ...query,
      });
      seen.push(...(page.body.data as unknown[]));
      const paging = page.body.paging as { next?: string; cursors: { after: string } };
      if (paging.next === undefined) break;
      query = { limit: "2", after: paging.cursors.after };
    }
    expect(seen).toEqual(all.body.data);
  });
});

describe("a number of a WABA", () => {
  test.each([
    [{}, "VERIFIED", "PENDING"],
    [{ codeVerificationStatus: "NOT_VERIFIED" }, "NOT_VERIFIED", "PENDING"],
    [{ codeVerificationStatus: "EXPIRED", status: "CONNECTED" }, "EXPIRED", "CONNECTED"],
  ] as const)("that was set up with %j is listed so", async (number, code, status) => {
    const numbers = [{ phoneNumber: "+5511900000001", ...number }];
    simulator.meta.seedWaba({ id: WABA, numbers });
    const good = await token();
    const { body } = await graph(simulator, `${WABA}/phone_numbers`, {
      access_token: good,
      appsecret_proof: proofOf(good),
      fields: "id,code_verification_status,status",
    });
    expect((body.data as unknown[])[0]).toEqual({
      id: expect.stringMatching(/^\d+$/),
      code_verification_status: code,
      status,
    });
  });

  test("has only what was asked for", async () => {
    const good = await token();
    const { body } = await graph(simulator, `${WABA}/phone_numbers`, {
      access_token: good,
      appsecret_proof: proofOf(good),
      fields: "display_phone_number,unknown",
    });
    expect(body.data).toEqual([
      { id: expect.stringMatching(/^\d+$/), display_phone_number: "+55 11 98765 4321" },
    ]);
  });
});

describe("faults", () => {
  test("come in Meta's shape", async () => {
    simulator.meta.addFault({ operation: "graph.access_token", kind: "error", status: 500 });
    expect(await exchange("x")).toMatchObject({ status: 500, body: { error: { code: 2 } } });
    simulator.meta.addFault({ operation: "graph.*", kind: "rate_limit" });
    expect(await exchange("x")).toMatchObject({ status: 429, body: { error: { code: 4 } } });
    expect(simulator.meta.requests()).toHaveLength(2);
  });

  test("come with the code, the message and the details that are ordered", async () => {
    simulator.meta.addFault({
      operation: "graph.access_token",
      kind: "error",
      status: 400,
      code: 1,
      message: "Error validating client secret.",
      subcode: 99,
      isTransient: true,
      details: { blame: "x" },
    });
    expect(await exchange("x")).toEqual({
      status: 400,
      body: {
        error: {
          message: "Error validating client secret.",
          type: "OAuthException",
          code: 1,
          error_subcode: 99,
          is_transient: true,
          error_data: { blame: "x" },
          fbtrace_id: expect.any(String),
        },
      },
    });
  });

  test("cut the connection", async () => {
    simulator.meta.addFault({ operation: "graph.access_token", kind: "reset" });
    await expect(exchange("x")).rejects.toMatchObject({ cause: { code: "ECONNRESET" } });
  });
});
