import type { Registration } from "../integrations/integration.ts";
import { PROBLEM_CODES } from "../problems/catalogue.ts";
import { STEPS } from "../integrations/integration.ts";

const OTHER = "other";
const NONE = "none";

/** A value of a closed list; anything else would make a series of its own. */
function oneOf(known: ReadonlySet<string>, value: unknown, absent = NONE): string {
  if (value === undefined || value === null || value === "") return absent;
  return typeof value === "string" && known.has(value) ? value : OTHER;
}

const METHODS = new Set(["GET", "POST", "DELETE", "HEAD", "OPTIONS"]);
export const methodLabel = (method: string) => oneOf(METHODS, method);

/** Screens of Meta's popup (docs/domain.md 1.5). A browser can claim any. */
const SCREENS = new Set([
  "BUSINESS_ACCOUNT_SELECTION",
  "WABA_PHONE_PROFILE_PICKER",
  "WHATSAPP_BUSINESS_PROFILE_SETUP",
  "PHONE_NUMBER_SETUP",
  "PHONE_NUMBER_VERIFICATION",
  "PERMISSIONS",
]);
export const screenLabel = (screen: unknown) => oneOf(SCREENS, screen);

const ENDS = new Set(["completed", "cancelled", "failed", "expired", "revoked"]);
export const endLabel = (status: unknown) => oneOf(ENDS, status);

const CODES = new Set<string>(PROBLEM_CODES);
export const codeLabel = (code: unknown) => oneOf(CODES, code);

const STEP_NAMES = new Set<string>(STEPS satisfies readonly Registration["step"][]);
export const stepLabel = (step: unknown) => oneOf(STEP_NAMES, step);

/** As the clients of src/twilio and src/meta name them. */
const OPERATIONS = new Set([
  "fetch account",
  "list accounts",
  "count accounts",
  "create account",
  "list numbers",
  "find number",
  "move number",
  "set webhooks",
  "delete recording",
  "list senders",
  "fetch sender",
  "create sender",
  "update sender",
  "delete sender",
  "oauth/access_token",
  "debug_token",
  "{id}",
  "{id}/phone_numbers",
]);
export const operationLabel = (operation: unknown) => oneOf(OPERATIONS, operation);

/** By who has to look: 429 is a limit, 4xx a refusal, 5xx and none the provider's own trouble. */
export function resultLabel(status: unknown): string {
  if (typeof status !== "number") return "no_answer";
  return status === 429 ? "429" : `${Math.floor(status / 100)}xx`;
}

const COMMANDS = new Set([
  "find",
  "getMore",
  "aggregate",
  "count",
  "insert",
  "update",
  "delete",
  "findAndModify",
  "listIndexes",
  "createIndexes",
  "ping",
  "hello",
]);
export const commandLabel = (command: string) => oneOf(COMMANDS, command);
