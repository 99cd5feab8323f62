import type { Json } from "../http/answer.ts";
import { TwilioFailure } from "./errors.ts";
import type { SenderBody } from "./sender-body.ts";
import { enter, offlineReason } from "./sender-life.ts";
import type { Phase, Sender } from "./types.ts";

/**
 * The part of an update that concerns the one-time code. Twilio documents neither where a wrong
 * code leads nor how one is sent again; both are assumptions.
 */
export function verify(sender: Sender, configuration: Json, now: number, stepMs: number): void {
  const { verification_code: code, verification_method: method } = configuration;
  if (typeof code === "string") takeCode(sender, code, now, stepMs);
  else if (typeof method === "string") sendCode(sender, method, now, stepMs);
}

/** New settings of a working sender take a moment, during which it works. */
export function updateSettings(
  sender: Sender,
  { profile, webhook }: Pick<SenderBody, "profile" | "webhook">,
  now: number,
  stepMs: number,
): void {
  if (Object.keys(profile).length + Object.keys(webhook).length === 0) return;
  Object.assign(sender.profile, profile);
  Object.assign(sender.webhook, webhook);
  const [current] = sender.phases;
  if (current.status !== "ONLINE") return;
  enter(sender, [{ status: "ONLINE:UPDATING", forMs: stepMs }, ...sender.phases], now);
}

function takeCode(sender: Sender, code: string, now: number, stepMs: number): void {
  const { verification } = sender;
  if (sender.phases[0].status !== "PENDING_VERIFICATION") throw new TwilioFailure(400, 63113);
  if (verification.wrongTries >= verification.wrongTriesAllowed) throw tooMany();
  const verifying: Phase = { status: "VERIFYING", forMs: stepMs };
  if (code === verification.code) {
    enter(sender, [verifying, { status: "ONLINE" }], now);
    return;
  }
  verification.wrongTries += 1;
  if (verification.wrongCode === "refused") throw new TwilioFailure(400, 63113);
  const back = { status: "PENDING_VERIFICATION", offlineReasons: [offlineReason(63113)] };
  enter(sender, [verifying, back], now);
}

function sendCode(sender: Sender, method: string, now: number, stepMs: number): void {
  const { verification } = sender;
  sender.configuration.verification_method = method;
  if (sender.phases[0].status.startsWith("ONLINE")) return;
  if (verification.codesSent >= verification.codesAllowed) throw tooMany();
  verification.codesSent += 1;
  if (sender.phases[0].status === "OFFLINE") {
    const creating = { status: "CREATING", forMs: stepMs };
    enter(sender, [creating, { status: "PENDING_VERIFICATION" }], now);
  }
}

function tooMany(): TwilioFailure {
  return new TwilioFailure(400, 63114);
}
