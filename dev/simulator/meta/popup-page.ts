import { flowOf, type Launch } from "./launch.ts";
import { OUTCOMES, type Outcome, STEPS } from "./signup.ts";
import type { MetaStore } from "./store.ts";

const LABELS: Record<Outcome, string> = {
  finish: "Finish with this number",
  finish_only_waba: "Finish without a number",
  finish_coexistence: "Finish for the Business app",
  unknown_event: "Finish with an unknown event",
  cancel: "Cancel at this step",
  report: "Report a problem",
  error: "Fail with this error",
  closed: "Close without a word",
};

/**
 * The popup's page: one form, one button for each ending.
 * @param number what stands in its field
 */
export function popupPage(store: MetaStore, launch: Launch, number = ""): string {
  const flow = flowOf(launch);
  const offered = OUTCOMES.filter((outcome) => !flow.skipsNumber || outcome !== "finish");
  const main = flow.coexistence ? "finish_coexistence" : offered[0];
  return page(
    `<form id="signup">
<h1>Connect to WhatsApp</h1>
<p class="note">Simulated Embedded Signup${flow.skipsNumber ? ", without phone screens" : ""}.
Solution: <b>${escape(flow.solutionId ?? "none (the account is not shared with Twilio)")}</b></p>
${select("businessId", "Log in as", people(store))}
${select("wabaId", "WhatsApp Business account", [["", "A new one"], ...wabas(store)])}
${flow.skipsNumber ? "" : numberFields(number)}
${input("displayName", "Business name", "text", "Padaria da Ana")}
<p>${offered.map((outcome) => button(outcome, outcome === main)).join("\n")}</p>
<details><summary>Details of the ending</summary>
${select(
  "currentStep",
  "Step to cancel at",
  STEPS.map((step) => [step, step]),
)}
${input("errorCode", "Error code", "text", "3441030")}
${input("errorMessage", "Error text", "text", "This phone number is registered elsewhere.")}
${input("event", "Unknown event's name", "text", "FINISH_SOMETHING_NEW")}
${select("numberEnds", "The number ends", [
  ["verified", "Verified"],
  ["unverified", "Added, not verified"],
])}
${select("order", "Order", [
  ["message-first", "Message, then callback"],
  ["callback-first", "Callback, then message"],
])}
${input("delayMs", "Milliseconds between the two", "number", "50", "50")}
${select("callback", "Callback", [
  ["code", "With a code where the signup finished"],
  ["empty", "Without authResponse"],
  ["never", "Never called"],
])}
${select("message", "Message", [
  ["sent", "Sent"],
  ["never", "Never sent"],
])}
${select("accountField", "The message names the account", [
  ["waba_id", "As waba_id"],
  ["waba_ids", "In a list, waba_ids"],
  ["primary_waac_ids", "In a list, primary_waac_ids"],
  ["several", "In a list with another one"],
])}
${select("grant", "The token is granted", [
  ["chosen", "The chosen account"],
  ["no_targets", "The chosen account, without naming it"],
  ["other", "Another account"],
])}
</details>
<p id="problem" role="alert"></p>
</form>
<script src="/simulator/popup.js"></script>`,
  );
}

/** What the real popup shows when the launch data are wrong. */
export function refusalPage(problem: string): string {
  return page(`<h1>It looks like this app isn't available</h1>
<p id="problem" role="alert">${escape(problem)}</p>`);
}

function page(body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Simulator of Meta</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="/simulator/popup.css"></head>
<body><main>${body}</main></body></html>`;
}

function numberFields(number: string): string {
  return `${input("phoneNumber", "Phone number", "tel", "+5511987654321", number)}
<button type="button" id="send-code">Send a code to this number</button>
<p id="code-sent" role="status"></p>
${input("verificationCode", "Code, if one was sent", "text", "123456")}`;
}

function people(store: MetaStore): [string, string][] {
  return store.people.map(({ businessId, name, businessName }) => [
    businessId,
    `${name} (${businessName})`,
  ]);
}

function wabas(store: MetaStore): [string, string][] {
  return store.wabas().map(({ id, name }) => [id, `${name} (${id})`]);
}

function button(outcome: Outcome, isMain: boolean): string {
  const kind = isMain ? ' class="main"' : "";
  return `<button${kind} name="outcome" value="${outcome}" data-outcome="${outcome}">${LABELS[outcome]}</button>`;
}

function select(name: string, label: string, options: readonly [string, string][]): string {
  const shown = options.map(
    ([value, text]) => `<option value="${escape(value)}">${escape(text)}</option>`,
  );
  return `<label>${label} <select name="${name}">${shown.join("")}</select></label>`;
}

function input(name: string, label: string, type: string, placeholder: string, value = ""): string {
  return `<label>${label} <input name="${name}" type="${type}" placeholder="${placeholder}" value="${escape(value)}"></label>`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
