import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { newNumber, newUser, newWaba } from "../../support/numbers.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { completeSignup, createSession, untilStatus } from "../../support/signup.ts";
import { ops, opsWith } from "./run.ts";

const TOKEN = "a-token-of-ana-with-32-bytes-and-more";

let service: TestService;
beforeAll(async () => {
  service = await startTestService({
    env: { OPS_TOKEN: `tom:another-token-0123456789,ana:${TOKEN}` },
  });
});
afterAll(() => service.close());

/** With the token and nothing else of the service's configuration. */
const atService = (...typed: string[]) =>
  opsWith({ OPS_TOKEN: TOKEN }, ...typed, "--url", service.url);

async function signUp(phoneNumber: string, status: string) {
  const plan = { userId: newUser(), wabaId: newWaba(), phoneNumber };
  const { integrationId: id } = await completeSignup(service, plan);
  await untilStatus(service, id, status, plan.userId);
  return { ...plan, id };
}

/** A number that ends as its last digits say, in the simulator. */
let refusals = 0;
const refusedNumber = () => `+5511${97_000 + (refusals += 1)}9914`;

const actions = () => service.log.filter(({ event }) => event === "operator_action");

describe("npm run ops -- … --url", () => {
  test.each([["find"], ["explain"], ["find", "--json"], ["explain", "--json"]])(
    "%s prints what it prints on the database: %j",
    async (command, ...options) => {
      const { phoneNumber } = await signUp(refusedNumber(), "error");
      const here = await ops(service, command, phoneNumber, ...options);
      expect(here.out).toContain("display_name_rejected");
      expect(await atService(command, phoneNumber, ...options)).toMatchObject({
        code: 0,
        out: here.out,
        warnings: here.warnings,
        log: [],
      });
    },
  );

  test("list does, with every filter", async () => {
    await signUp(newNumber(), "linked");
    const filters = [
      ["--status", "error", "--code", "display_name_rejected", "--since", "1h"],
      ["--step", "sender", "--waiting-for", "customer"],
      [],
    ];
    for (const filter of filters) {
      const here = await ops(service, "list", ...filter);
      expect(here.out).not.toBe("");
      expect(await atService("list", ...filter)).toMatchObject({ code: 0, out: here.out });
    }
  });

  test("says that there is nothing, as on the database", async () => {
    const nobody = newNumber();
    expect((await atService("find", nobody)).warnings).toEqual([`Warning: no number ${nobody}.`]);
  });

  test("acts on a number, with the token's name in the service's log", async () => {
    const { id, userId } = await signUp(refusedNumber(), "error");
    const because = (reason: string) => ["--reason", reason];
    const retried = await atService("retry", id, ...because("asked by phone"));
    expect([retried.code, retried.out]).toEqual([0, expect.stringContaining(`integration ${id}`)]);
    await untilStatus(service, id, "error", userId);
    const gone = await atService("disconnect", id, ...because("account closed"));
    expect(gone.out).toBe(`${id} is being disconnected by the running service.\n`);
    const linked = await signUp(newNumber(), "linked");
    const looked = await atService("recheck", linked.id, ...because("is it well?"));
    expect(looked.out).toBe(`${linked.id} is looked at by the running service.\n`);
    expect(actions()).toMatchObject([
      { action: "retry", operator: "ana", integrationId: id, reason: "asked by phone" },
      { action: "disconnect", operator: "ana", integrationId: id, reason: "account closed" },
      { action: "recheck", operator: "ana", integrationId: linked.id, reason: "is it well?" },
    ]);
  });

  test("acts on a signup, an assignment and between two owners", async () => {
    const { sessionId, signupUrl } = await createSession(service, { userId: newUser() });
    const visitor = service.visitor();
    await visitor.start(await visitor.open(signupUrl), {
      phoneNumber: newNumber(),
      displayName: "Ana",
    });
    const done = async (...typed: string[]) => {
      const { code, out, warnings } = await atService(...typed, "--reason", "x");
      return { code, out, warnings };
    };
    const well = (out: string) => ({ code: 0, out, warnings: [] as string[] });
    expect(await done("release", sessionId)).toEqual(
      well(`No browser has ${sessionId} any more.\n`),
    );
    expect(await done("revoke", sessionId)).toEqual(well(`${sessionId} is revoked.\n`));

    const [number, owner] = [newNumber(), newUser()];
    const stranger = await done("assign", number, "--user", owner);
    expect([stranger.code, stranger.warnings[0]]).toEqual([
      1,
      expect.stringContaining(
        `${owner} has neither a signup session nor an integration. Nothing was changed.`,
      ),
    ]);
    const assigned = await done("assign", number, "--user", owner, "--new-owner");
    expect(assigned.out).toBe(`${number} is assigned to ${owner}.\n`);
    expect((await done("unassign", number)).out).toBe(
      `${number} is no longer assigned to ${owner}.\n`,
    );
    expect((await done("unassign", number)).warnings[0]).toContain("was not assigned to anybody");

    const holder = await signUp(newNumber(), "linked");
    const claimant = await signUp(holder.phoneNumber, "error");
    const handed = await done("hand-over", holder.phoneNumber, "--to", claimant.id);
    expect(handed.out).toBe(
      `${holder.phoneNumber} of ${holder.userId} (${holder.id}) is being disconnected.\n` +
        `${claimant.phoneNumber} of ${claimant.userId} (${claimant.id}) goes on after that.\n`,
    );
    await untilStatus(service, claimant.id, "linked", claimant.userId);
  });

  test("says what the service refused", async () => {
    const unknown = await atService("retry", "6b0a1b7ba9ae78d841f18d18", "--reason", "x");
    expect([unknown.code, unknown.warnings[0]]).toEqual([
      1,
      expect.stringMatching(/^integration_unknown: .+ \(request [\w-]+\)$/),
    ]);
    const guess = await opsWith({ OPS_TOKEN: "a-guess" }, "find", "x", "--url", service.url);
    expect([guess.code, guess.warnings[0]]).toEqual([
      1,
      expect.stringMatching(/^unauthenticated: /),
    ]);
  });

  test("shows its token to nobody else, and never prints it", async () => {
    const seen: string[] = [];
    const elsewhere = createServer((request, response) => {
      seen.push(request.headers.authorization ?? "");
      response.end("{}");
    }).listen(0, "127.0.0.1");
    const redirecting = createServer((_request, response) => {
      const { port } = elsewhere.address() as AddressInfo;
      response.writeHead(302, { Location: `http://127.0.0.1:${port}/` }).end();
    }).listen(0, "127.0.0.1");
    await Promise.all([elsewhere, redirecting].map((server) => once(server, "listening")));
    const url = `http://127.0.0.1:${(redirecting.address() as AddressInfo).port}`;
    const { code, warnings } = await opsWith({ OPS_TOKEN: TOKEN }, "find", "x", "--url", url);
    for (const server of [elsewhere, redirecting]) server.close();
    expect([code, seen, warnings[0]]).toEqual([
      1,
      [],
      expect.stringContaining("cannot be reached"),
    ]);
    expect(warnings.join()).not.toContain(TOKEN);
  });

  test.each([
    [
      { OPS_TOKEN: TOKEN },
      ["find", "x", "--url", "http://api.example.com"],
      "--url is the service's",
    ],
    [{ OPS_TOKEN: TOKEN }, ["find", "x", "--url", "api.example.com"], "--url is the service's"],
    [{}, ["find", "x", "--url", "https://api.example.com"], "OPS_TOKEN is not set"],
    [{ OPS_TOKEN: "a:b,c:d" }, ["find", "x", "--url", "https://api.example.com"], "more than one"],
    [{ OPS_TOKEN: TOKEN }, ["recheck", "x", "--url", "http://localhost:1"], "--reason is missing"],
    [{ OPS_TOKEN: TOKEN }, ["find", "x", "--token", "y"], "--token"],
  ])(
    "with %j, %j is a mistake in the command",
    async (env: Record<string, string>, typed, message) => {
      const { code, out, warnings } = await opsWith(env, ...typed);
      expect([code, out, warnings[0]]).toEqual([2, "", expect.stringContaining(message)]);
    },
  );
});
