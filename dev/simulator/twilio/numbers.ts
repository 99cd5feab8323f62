import type { Answer, Call } from "../http/answer.ts";
import { form, listBody, rfc2822 } from "./accounts.ts";
import { authenticate, notFound, pathAccount, requireActive } from "./auth.ts";
import { TwilioFailure } from "./errors.ts";
import { pageOf } from "./paging.ts";
import type { TwilioStore } from "./store.ts";
import type { IncomingNumber, NumberSettings } from "./types.ts";

const PAGE_SIZE = 50;
const METHODS = new Set(["GET", "POST"]);

/** The form fields of an update and what each sets. */
const SETTINGS = {
  FriendlyName: "friendlyName",
  SmsUrl: "smsUrl",
  SmsMethod: "smsMethod",
  SmsFallbackUrl: "smsFallbackUrl",
  SmsFallbackMethod: "smsFallbackMethod",
  SmsApplicationSid: "smsApplicationSid",
  VoiceUrl: "voiceUrl",
  VoiceMethod: "voiceMethod",
  VoiceFallbackUrl: "voiceFallbackUrl",
  VoiceFallbackMethod: "voiceFallbackMethod",
  VoiceApplicationSid: "voiceApplicationSid",
  StatusCallback: "statusCallback",
  StatusCallbackMethod: "statusCallbackMethod",
} as const satisfies Record<string, keyof NumberSettings>;

/** `GET …/IncomingPhoneNumbers.json` of one account; `PhoneNumber` filters by the whole number. */
export function listNumbers(store: TwilioStore, call: Call): Answer {
  const account = pathAccount(store, call, call.params.accountSid);
  const { PhoneNumber: phoneNumber, FriendlyName: name } = call.query;
  const now = store.now();
  const numbers = [...store.numbers.values()].filter(
    (number) =>
      (number.movedFrom <= now ? number.accountSid : number.formerAccountSid) === account.sid &&
      (phoneNumber === undefined || number.phoneNumber === phoneNumber) &&
      (name === undefined || number.friendlyName === name),
  );
  const page = pageOf(numbers.toReversed(), call, PAGE_SIZE, store.maxPageSize);
  return {
    status: 200,
    body: listBody("incoming_phone_numbers", page.items.map(numberBody), page),
  };
}

export function fetchNumber(store: TwilioStore, call: Call): Answer {
  return { status: 200, body: numberBody(pathNumber(store, call)) };
}

/** `POST …/IncomingPhoneNumbers/{Sid}.json`; `AccountSid` moves the number, by the parent's hand. */
export function updateNumber(store: TwilioStore, call: Call): Answer {
  const number = pathNumber(store, call);
  const fields = form(call);
  const changes = readChanges(fields);
  if (fields.AccountSid !== undefined) move(store, call, number, fields.AccountSid);
  Object.assign(number, changes, { updatedAt: new Date(store.now()) });
  return { status: 200, body: numberBody(number) };
}

function pathNumber(store: TwilioStore, call: Call): IncomingNumber {
  const account = pathAccount(store, call, call.params.accountSid);
  const number = store.numbers.get(call.params.sid ?? "");
  if (number?.accountSid !== account.sid) throw notFound(call);
  return number;
}

function move(store: TwilioStore, call: Call, number: IncomingNumber, accountSid: string): void {
  if (authenticate(store, call).sid !== store.parentSid) throw new TwilioFailure(401, 20003);
  const target = store.accounts.get(accountSid);
  if (target === undefined) throw new TwilioFailure(400, 20001, "AccountSid");
  requireActive(target);
  number.formerAccountSid = number.accountSid;
  number.accountSid = target.sid;
  number.movedFrom = store.now() + call.lateMs;
}

/** Empty values unset. */
function readChanges(fields: Record<string, string | undefined>): Partial<NumberSettings> {
  const changes: Record<string, string | null> = {};
  for (const [field, key] of Object.entries(SETTINGS)) {
    const value = fields[field];
    if (value === undefined) continue;
    const isMethod = field.endsWith("Method");
    const isUrl = field.endsWith("Url") || field === "StatusCallback";
    const isGood =
      value === "" ||
      (isMethod && METHODS.has(value)) ||
      (isUrl && URL.canParse(value)) ||
      (field.endsWith("Sid") && /^AP[0-9a-fA-F]{32}$/.test(value)) ||
      field === "FriendlyName";
    if (!isGood) throw new TwilioFailure(400, 20001, field);
    changes[key] = value === "" ? null : value;
  }
  return changes;
}

function numberBody(number: IncomingNumber) {
  return {
    sid: number.sid,
    account_sid: number.accountSid,
    phone_number: number.phoneNumber,
    friendly_name: number.friendlyName,
    address_sid: null,
    address_requirements: "none",
    api_version: "2010-04-01",
    beta: false,
    bundle_sid: null,
    capabilities: { mms: false, sms: true, voice: true, fax: false },
    date_created: rfc2822(number.createdAt),
    date_updated: rfc2822(number.updatedAt),
    emergency_address_sid: null,
    emergency_address_status: "unregistered",
    emergency_status: "Inactive",
    identity_sid: null,
    origin: "twilio",
    sms_application_sid: number.smsApplicationSid,
    sms_fallback_method: number.smsFallbackMethod,
    sms_fallback_url: number.smsFallbackUrl,
    sms_method: number.smsMethod,
    sms_url: number.smsUrl,
    status: "in-use",
    status_callback: number.statusCallback,
    status_callback_method: number.statusCallbackMethod,
    trunk_sid: null,
    type: "mobile",
    uri: `/2010-04-01/Accounts/${number.accountSid}/IncomingPhoneNumbers/${number.sid}.json`,
    voice_application_sid: number.voiceApplicationSid,
    voice_caller_id_lookup: false,
    voice_fallback_method: number.voiceFallbackMethod,
    voice_fallback_url: number.voiceFallbackUrl,
    voice_method: number.voiceMethod,
    voice_receive_mode: "voice",
    voice_url: number.voiceUrl,
  };
}
