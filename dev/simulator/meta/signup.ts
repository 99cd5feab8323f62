import type { Json } from "../http/answer.ts";
import type { SharedWabas } from "../shared-wabas.ts";
import { type Flow, flowOf, type Launch, launchProblem, type LaunchRules } from "./launch.ts";
import type { Grant, MetaStore, Waba } from "./store.ts";

/** The ways a popup can end. */
export const OUTCOMES = [
  "finish",
  "finish_only_waba",
  "finish_coexistence",
  "unknown_event",
  "cancel",
  "report",
  "error",
  "closed",
] as const;

export type Outcome = (typeof OUTCOMES)[number];

/**
 * How a message that finishes names the account: as today, or in a list as Meta has announced, which
 * may hold more than one.
 */
export const ACCOUNT_FIELDS = ["waba_id", "waba_ids", "primary_waac_ids", "several"] as const;

/** Steps at which customers were seen to stop (Meta's implementation page). */
export const STEPS = [
  "BUSINESS_ACCOUNT_SELECTION",
  "WABA_PHONE_PROFILE_PICKER",
  "WHATSAPP_BUSINESS_PROFILE_SETUP",
  "PHONE_NUMBER_SETUP",
  "PHONE_NUMBER_VERIFICATION",
  "PERMISSIONS",
] as const;

/** What the customer does in the popup. */
export interface SignupChoice {
  /** Default: `finish` with a number, `finish_only_waba` without or where the phone screens are skipped. */
  outcome?: Outcome;
  /** A WABA that is not known yet is made; absent: a new one. */
  wabaId?: string;
  businessId?: string;
  /** E.164, as typed in the popup. */
  phoneNumber?: string;
  /** How Meta writes the number, where that matters (a Brazilian number without its ninth digit). */
  displayPhoneNumber?: string;
  displayName?: string;
  /** `unverified`: the popup ends without asking for the number's code, as v3's and v4's may. */
  numberEnds?: (typeof NUMBER_ENDS)[number];
  /** The one-time code that came to the number, where the popup has sent one. */
  verificationCode?: string;
  /** For `cancel`. */
  currentStep?: string;
  /** For `report` and `error`. */
  errorCode?: string;
  errorMessage?: string;
  /** The word for `unknown_event`. */
  event?: string;
  /** False: `authResponse` is null although the signup finished, as happens at Meta. */
  withCode?: boolean;
  /** `waba_id` unless given. */
  accountField?: (typeof ACCOUNT_FIELDS)[number];
  /** What the token is granted, where it is not just the chosen WABA. */
  grant?: Partial<Grant>;
}

/** The `WA_EMBEDDED_SIGNUP` message. */
export interface SignupMessage {
  type: "WA_EMBEDDED_SIGNUP";
  event: string;
  data: Json;
}

export interface SignupResult {
  /** Null: the popup was closed without a word. */
  message: SignupMessage | null;
  authResponse: { code: string } | null;
}

/** How the popup can leave the number. */
export const NUMBER_ENDS = ["verified", "unverified"] as const;

/** The popup does not go on: the launch data are wrong, or what was entered is. */
export class SignupRefused extends Error {
  override readonly name = "SignupRefused";
}

export interface SignupDeps {
  store: MetaStore;
  shared: SharedWabas;
  rules: LaunchRules;
  /** The solution that shares with Twilio; any if undefined. */
  partnerSolutionId: string | undefined;
  now: () => Date;
}

/** Goes through the popup in one step. @throws SignupRefused */
export function completeSignup(
  deps: SignupDeps,
  launch: Launch,
  choice: SignupChoice,
): SignupResult {
  const problem = launchProblem(launch, deps.rules);
  if (problem !== undefined) throw new SignupRefused(`The popup would not open: ${problem}`);
  const flow = flowOf(launch);
  const outcome = choice.outcome ?? defaultOutcome(flow, choice);
  switch (outcome) {
    case "closed":
      return { message: null, authResponse: null };
    case "cancel":
      return unfinished("CANCEL", { current_step: choice.currentStep ?? "PHONE_NUMBER_SETUP" });
    case "report":
      return unfinished("CANCEL", problemData(deps, choice, "2655049"));
    case "error":
      return unfinished("ERROR", problemData(deps, choice, "3441030"));
    case "finish":
    case "finish_only_waba":
    case "finish_coexistence":
    case "unknown_event":
    default:
      return finished(deps, flow, choice, outcome);
  }
}

function defaultOutcome(flow: Flow, choice: SignupChoice): Outcome {
  if (flow.coexistence) return "finish_coexistence";
  return flow.skipsNumber || choice.phoneNumber === undefined ? "finish_only_waba" : "finish";
}

function unfinished(event: string, data: Json): SignupResult {
  return { message: { type: "WA_EMBEDDED_SIGNUP", event, data }, authResponse: null };
}

function problemData(deps: SignupDeps, choice: SignupChoice, code: string): Json {
  return {
    error_message: choice.errorMessage ?? "This phone number is registered elsewhere.",
    error_code: choice.errorCode ?? code,
    session_id: `sim${deps.now().getTime()}`,
    timestamp: String(Math.floor(deps.now().getTime() / 1000)),
  };
}

function finished(
  deps: SignupDeps,
  flow: Flow,
  choice: SignupChoice,
  outcome: "finish" | "finish_only_waba" | "finish_coexistence" | "unknown_event",
): SignupResult {
  const { store, shared, partnerSolutionId } = deps;
  const person = store.person(choice.businessId);
  const name = choice.displayName ?? person.businessName;
  const waba = store.ensureWaba(choice.wabaId, person.businessId, name);
  const solution = flow.solutionId;
  shared.record(
    waba.id,
    solution !== undefined && (partnerSolutionId === undefined || solution === partnerSolutionId),
  );
  const event = {
    finish: "FINISH",
    finish_only_waba: "FINISH_ONLY_WABA",
    finish_coexistence: "FINISH_WHATSAPP_BUSINESS_APP_ONBOARDING",
    unknown_event: choice.event ?? "FINISH_SOMETHING_NEW",
  }[outcome];
  if (flow.verifiesNumber && choice.numberEnds === "unverified") {
    throw new SignupRefused("This version of the popup verifies every number");
  }
  const data = { ...finishData(deps, choice, outcome, waba), ...accountData(choice, waba) };
  const code = choice.withCode === false ? null : issue(store, choice, waba);
  return {
    message: { type: "WA_EMBEDDED_SIGNUP", event, data },
    authResponse: code === null ? null : { code },
  };
}

function accountData({ accountField = "waba_id" }: SignupChoice, { id }: Waba): Json {
  return {
    waba_id: { waba_id: id },
    waba_ids: { waba_ids: [id] },
    primary_waac_ids: { primary_waac_ids: [id] },
    several: { waba_ids: [id, "100200300400599"] },
  }[accountField];
}

function finishData(deps: SignupDeps, choice: SignupChoice, outcome: Outcome, waba: Waba): Json {
  // Coexistence was seen to name the WABA alone.
  if (outcome === "finish_coexistence") return {};
  if (outcome !== "finish") return { business_id: waba.businessId };
  const { phoneNumber } = choice;
  if (phoneNumber === undefined) throw new SignupRefused("Enter a phone number");
  const isVerified = choice.numberEnds !== "unverified";
  const code = isVerified ? deps.store.numberCode(phoneNumber) : undefined;
  if (code !== undefined && choice.verificationCode?.replace(/\D/g, "") !== code) {
    throw new SignupRefused("Wrong code (2388093)");
  }
  const name = choice.displayName ?? waba.name;
  const number = deps.store.addNumber(waba, name, {
    phoneNumber,
    codeVerificationStatus: isVerified ? "VERIFIED" : "NOT_VERIFIED",
    ...(choice.displayPhoneNumber ? { display: choice.displayPhoneNumber } : {}),
  });
  deps.shared.recordNumber(waba.id, phoneNumber, isVerified);
  return { phone_number_id: number.id, business_id: waba.businessId };
}

function issue(store: MetaStore, choice: SignupChoice, waba: Waba): string {
  return store.issueCode({ wabaIds: [waba.id], namesTargets: true, ...choice.grant });
}
