import { isJson, type Json } from "../http/answer.ts";
import { TwilioFailure } from "./errors.ts";

/** A checked body of a create or an update. */
export interface SenderBody {
  sender_id?: string;
  friendly_name?: string | null;
  configuration: Json;
  webhook: Json;
  profile: Json;
}

/** Null for a field that may not be set, else what is wrong with a value (undefined: nothing). */
type Check = (value: unknown) => string | undefined;

const text: Check = (value) => (typeof value === "string" ? undefined : "must be a string");
const url: Check = (value) =>
  typeof value === "string" && (value === "" || /^https?:\/\//.test(value)) && canParse(value)
    ? undefined
    : "must be an http(s) URL";
const oneOf =
  (...words: string[]): Check =>
  (value) =>
    typeof value === "string" && words.includes(value)
      ? undefined
      : `must be one of ${words.join(", ")}`;
const matching =
  (pattern: RegExp): Check =>
  (value) =>
    typeof value === "string" && pattern.test(value) ? undefined : "is malformed";
const listOf =
  (...keys: string[]): Check =>
  (value) =>
    Array.isArray(value) &&
    value.every(
      (item) => isJson(item) && Object.entries(item).every(([key, v]) => isPart(keys, key, v)),
    )
      ? undefined
      : `must be a list of { ${keys.join(", ")} }`;

/** https://github.com/twilio/twilio-oai, `messaging.v2.channels_sender.*`, of 14 Apr 2026. */
const FIELDS: Readonly<Record<string, Readonly<Record<string, Check>>>> = {
  configuration: {
    waba_id: matching(/^\d{5,32}$/),
    verification_method: oneOf("sms", "voice"),
    verification_code: text,
    voice_application_sid: matching(/^(?:AP[0-9a-fA-F]{32})?$/),
    account_type: oneOf("ISV", "ISVSubAccount", ""),
  },
  webhook: {
    callback_url: url,
    callback_method: oneOf("POST", "PUT"),
    fallback_url: url,
    fallback_method: oneOf("POST", "PUT"),
    status_callback_url: url,
    status_callback_method: text,
  },
  profile: {
    name: text,
    about: text,
    address: text,
    description: text,
    logo_url: url,
    banner_url: url,
    privacy_url: url,
    terms_of_service_url: url,
    accent_color: text,
    use_case: text,
    vertical: oneOf(
      ..."Alcohol|Automotive|Beauty, Spa and Salon|Clothing and Apparel|Education|Entertainment|Event Planning and Service|Finance and Banking|Food and Grocery|Hotel and Lodging|Matrimony Service|Medical and Health|Non-profit|Online Gambling|OTC Drugs|Other|Physical Gambling|Professional Services|Public Service|Restaurant|Shopping and Retail|Travel and Transportation".split(
        "|",
      ),
    ),
    websites: listOf("website", "label"),
    emails: listOf("email", "label"),
    phone_numbers: listOf("phone_number", "label"),
  },
};

const NAME_LENGTH = 255;

/** @throws TwilioFailure 63100, naming the field. */
export function readCreateBody(body: unknown): SenderBody & { sender_id: string } {
  const read = readBody(body, ["sender_id", "friendly_name"]);
  if (read.sender_id === undefined) throw invalid("sender_id is missing");
  const { name } = read.profile;
  if (name === undefined || name === null) throw invalid("profile.name is missing");
  return { ...read, sender_id: read.sender_id };
}

/** @throws TwilioFailure 63100, naming the field. */
export function readUpdateBody(body: unknown): SenderBody {
  return readBody(body, []);
}

function readBody(body: unknown, plainFields: readonly string[]): SenderBody {
  if (!isJson(body)) throw invalid("the body is empty or not JSON");
  const read: SenderBody = { configuration: {}, webhook: {}, profile: {} };
  for (const [field, value] of Object.entries(body)) {
    const group = FIELDS[field];
    if (group !== undefined) read[field as "profile"] = readGroup(field, group, value);
    else if (!plainFields.includes(field)) throw invalid(`${field} is not a known field`);
  }
  if (body.sender_id !== undefined) read.sender_id = readSenderId(body.sender_id);
  if (body.friendly_name !== undefined) {
    if (typeof body.friendly_name !== "string") throw invalid("friendly_name must be a string");
    read.friendly_name = body.friendly_name;
  }
  checkName(read.profile.name);
  return read;
}

function readGroup(name: string, fields: Readonly<Record<string, Check>>, value: unknown): Json {
  if (value === null) return {};
  if (!isJson(value)) throw invalid(`${name} must be an object`);
  for (const [key, given] of Object.entries(value)) {
    const check = fields[key];
    if (check === undefined) throw invalid(`${name}.${key} is not a known field`);
    const wrong = given === null ? undefined : check(given);
    if (wrong !== undefined) throw invalid(`${name}.${key} ${wrong}`);
  }
  return value;
}

function readSenderId(value: unknown): string {
  if (typeof value !== "string" || !/^whatsapp:\+[1-9]\d{6,14}$/.test(value)) {
    throw invalid("sender_id must be whatsapp:+ and a number in E.164");
  }
  return value;
}

function checkName(name: unknown): void {
  if (typeof name === "string" && (name === "" || Array.from(name).length > NAME_LENGTH)) {
    throw new TwilioFailure(400, 63124, "profile.name must have 1 to 255 characters");
  }
}

function invalid(detail: string): TwilioFailure {
  return new TwilioFailure(400, 63100, detail);
}

function isPart(keys: readonly string[], key: string, value: unknown): boolean {
  return keys.includes(key) && typeof value === "string";
}

function canParse(value: string): boolean {
  return value === "" || URL.canParse(value);
}
