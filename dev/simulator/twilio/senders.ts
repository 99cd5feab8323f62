import type { Answer, Call, Json } from "../http/answer.ts";
import type { SharedWabas } from "../shared-wabas.ts";
import { authenticate, notFound } from "./auth.ts";
import { orderedError, TwilioFailure } from "./errors.ts";
import { pageOf } from "./paging.ts";
import { courseOf, type ScenarioBook, verificationOf } from "./scenarios.ts";
import { readCreateBody, type SenderBody, readUpdateBody } from "./sender-body.ts";
import { senderBody } from "./sender-view.ts";
import { newSid, type TwilioStore } from "./store.ts";
import { updateSettings, verify } from "./sender-update.ts";
import { GOOD_HEALTH, type Account, type Sender, type SenderConfiguration } from "./types.ts";

/** Twilio's schema says 50, its WhatsApp pages 20. */
const PAGE_SIZE = 20;

export interface SendersDeps {
  store: TwilioStore;
  scenarios: ScenarioBook;
  shared: SharedWabas;
  stepMs: number;
  strictSharing: boolean;
  sameSenderTwice: "second" | "refuse";
}

/** `GET /v2/Channels/Senders`: the senders of the account that asks, newest first. */
export function listSenders({ store }: SendersDeps, call: Call): Answer {
  const account = authenticate(store, call);
  const { Channel: channel } = call.query;
  if (channel !== "whatsapp" && channel !== "rcs") throw new TwilioFailure(400, 20001, "Channel");
  const now = store.now();
  const senders = store
    .livingSenders(account.sid)
    .filter((sender) => channel === "whatsapp" && sender.listedFrom <= now);
  const page = pageOf(senders.toReversed(), call, PAGE_SIZE, store.maxPageSize);
  const absolute = (uri: string | null) => (uri === null ? null : `${call.origin}${uri}`);
  const meta = {
    first_page_url: absolute(page.firstUri),
    key: "senders",
    next_page_url: absolute(page.nextUri),
    page: page.number,
    page_size: page.size,
    previous_page_url: absolute(page.previousUri),
    url: absolute(page.uri),
  };
  return { status: 200, body: { senders: page.items.map((item) => look(item, call)), meta } };
}

/** `POST /v2/Channels/Senders`: accepted; the registration comes after. */
export function createSender(deps: SendersDeps, call: Call): Answer {
  const { store, scenarios, shared } = deps;
  const account = authenticate(store, call);
  const body = readCreateBody(call.body);
  const phoneNumber = body.sender_id.replace("whatsapp:", "");
  const configuration = readConfiguration(body.configuration);
  checkWaba(deps, account, configuration);
  const refusal = scenarios.takeRefusal(phoneNumber, String(body.profile.name));
  if (refusal !== undefined) return orderedError(refusal.status, refusal);
  checkNumber(deps, account, body.sender_id);

  const now = store.now();
  const scenario = scenarios.get(phoneNumber);
  const hosted = store.hostedNumber(phoneNumber);
  const phases = courseOf(scenario, {
    verificationMethod: configuration.verification_method,
    isVerifiedAtMeta: shared.isVerified(wabaOf(store, account, configuration), phoneNumber),
    isHostedElsewhere: hosted !== undefined && hosted.accountSid !== account.sid,
    stepMs: deps.stepMs,
  });
  const sender = store.addSender({
    sid: newSid("XE"),
    accountSid: account.sid,
    senderId: body.sender_id,
    friendlyName: body.friendly_name ?? null,
    configuration: { ...configuration, waba_id: wabaOf(store, account, configuration) },
    webhook: body.webhook,
    profile: body.profile,
    health: { ...GOOD_HEALTH },
    phases,
    enteredAt: now,
    looks: 0,
    verification: verificationOf(scenario),
    createdAt: new Date(now),
    listedFrom: now + call.lateMs,
    deletedAt: null,
  });
  return { status: 202, body: senderBody(sender, call.origin) };
}

/** `GET /v2/Channels/Senders/{Sid}` */
export function fetchSender({ store }: SendersDeps, call: Call): Answer {
  return { status: 200, body: look(ownSender(store, call), call) };
}

/** `POST /v2/Channels/Senders/{Sid}`: a one-time code, a request for one, or new settings. */
export function updateSender(deps: SendersDeps, call: Call): Answer {
  const sender = ownSender(deps.store, call);
  const body = readUpdateBody(call.body);
  const { waba_id: wabaId } = body.configuration;
  if (typeof wabaId === "string" && wabaId !== sender.configuration.waba_id) {
    throw new TwilioFailure(400, 63102);
  }
  verify(sender, body.configuration, deps.store.now(), deps.stepMs);
  applySettings(sender, body);
  updateSettings(sender, body, deps.store.now(), deps.stepMs);
  return { status: 202, body: senderBody(sender, call.origin) };
}

/** `DELETE /v2/Channels/Senders/{Sid}` */
export function deleteSender({ store }: SendersDeps, call: Call): Answer {
  ownSender(store, call).deletedAt = store.now() + call.lateMs;
  return { status: 204 };
}

/** The caller's own sender, whoever's parent the caller may be. */
function ownSender(store: TwilioStore, call: Call): Sender {
  const account = authenticate(store, call);
  const sender = store.sender(call.params.sid ?? "");
  if (sender?.accountSid !== account.sid) throw notFound(call);
  return sender;
}

/** Shows the sender; the read counts for stages that last a number of looks. */
function look(sender: Sender, call: Call): Json {
  const body = senderBody(sender, call.origin);
  sender.looks += 1;
  return body;
}

function readConfiguration(given: Json): SenderConfiguration {
  const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : null);
  return {
    waba_id: text(given.waba_id),
    verification_method: text(given.verification_method),
    voice_application_sid: text(given.voice_application_sid),
    account_type: text(given.account_type),
  };
}

function applySettings(sender: Sender, body: SenderBody): void {
  for (const key of ["voice_application_sid", "account_type"] as const) {
    const value = body.configuration[key];
    if (typeof value === "string") sender.configuration[key] = value === "" ? null : value;
  }
}

/** The WABA of a new sender: the one given, else the one its account is bound to. */
function wabaOf(store: TwilioStore, account: Account, given: SenderConfiguration): string {
  const bound = store.livingSenders(account.sid).map(({ configuration }) => configuration.waba_id);
  return given.waba_id ?? bound.find((wabaId) => wabaId !== null) ?? "";
}

/** One account, one WABA; the first sender binds them, deleting the last one unbinds. */
function checkWaba(deps: SendersDeps, account: Account, given: SenderConfiguration): void {
  const { store, shared, strictSharing } = deps;
  const wabaId = wabaOf(store, account, given);
  if (wabaId === "") throw new TwilioFailure(400, 63100, "configuration.waba_id is missing");
  for (const { accountSid, configuration } of store.livingSenders()) {
    const isOwn = accountSid === account.sid;
    const isSame = configuration.waba_id === wabaId;
    if (isOwn && !isSame && configuration.waba_id !== null) throw new TwilioFailure(400, 63102);
    if (!isOwn && isSame) throw new TwilioFailure(400, 63101);
  }
  const isShared = shared.isShared(wabaId) ?? !strictSharing;
  if (!isShared) throw new TwilioFailure(400, 63101);
}

function checkNumber(deps: SendersDeps, account: Account, senderId: string): void {
  const taken = deps.store.livingSenders().filter((sender) => sender.senderId === senderId);
  const refuses =
    deps.sameSenderTwice === "refuse" || taken.some(({ accountSid }) => accountSid !== account.sid);
  if (taken.length > 0 && refuses) throw new TwilioFailure(400, 63110);
}
