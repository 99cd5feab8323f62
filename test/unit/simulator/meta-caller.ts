import { createHmac } from "node:crypto";
import type { SignupRequest } from "../../../dev/simulator/meta/control.ts";
import type { Simulator } from "../../../dev/simulator/simulator.ts";
import { startTestSimulator, type TestClock, WABA } from "../../contract/twilio-caller.ts";

export const NUMBER = "+5511987654321";
export const APP = { client_id: "1001", client_secret: "app-secret" };

export async function startMeta(clock: TestClock): Promise<Simulator> {
  return startTestSimulator({ clock, configId: "2002", partnerSolutionId: "3003" });
}

/** A good launch, and what the customer does. */
export const launch = (over: Partial<SignupRequest> = {}): SignupRequest => ({
  appId: "1001",
  configId: "2002",
  extras: { setup: { solutionID: "3003" }, version: "v4" },
  wabaId: WABA,
  ...over,
});

export async function graph({ metaUrl }: Simulator, path: string, query: Record<string, string>) {
  const answer = await fetch(`${metaUrl}/v25.0/${path}?${new URLSearchParams(query).toString()}`);
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

export const proofOf = (token: string) =>
  createHmac("sha256", "app-secret").update(token).digest("hex");
