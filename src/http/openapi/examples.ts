const AT = "2026-05-01T10:00:00.000Z";
const LATER = "2026-05-01T10:00:05.000Z";
const ID = "6814a0f0c3d1e2f3a4b5c6d7";
const SESSION = "wss_0f9a1c2b3d4e5f6a7b8c9d0e";
const NUMBER = "+5511987654321";

const META = {
  wabaId: "111222333444555",
  facebookBusinessId: "900000000000009",
  registeredVia: "twilio_embedded_signup",
  phoneNumberType: "byo",
  wabaProof: "meta",
};

const SENDER = {
  twilioSubaccountSid: "AC00000000000000000000000000000002",
  senderId: "XE00000000000000000000000000000001",
};

const REGISTRATION = {
  attempts: 0,
  nextAttemptAt: null,
  waitingSince: null,
  usualDurationSeconds: null,
  error: null,
  history: [{ at: AT, event: "onboarding_callback_received", step: "subaccount" }],
  updatedAt: LATER,
};

const integration = {
  id: ID,
  provider: "whatsapp",
  externalId: NUMBER,
  reference: "customer-42",
  createdAt: AT,
  updatedAt: LATER,
};

export const PENDING = {
  ...integration,
  status: "pending",
  meta: { ...META, ...SENDER },
  registration: {
    ...REGISTRATION,
    step: "online",
    senderStatus: "CREATING",
    nextAttemptAt: "2026-05-01T10:00:10.000Z",
    waitingFor: "twilio",
    waitingSince: LATER,
    usualDurationSeconds: 120,
  },
};

export const LINKED = {
  ...integration,
  status: "linked",
  health: { qualityRating: "HIGH", messagingLimit: "1K Customers/24hr", checkedAt: LATER },
  meta: { ...META, ...SENDER },
  registration: { ...REGISTRATION, step: "done", senderStatus: "ONLINE", waitingFor: null },
};

export const FAILED = {
  ...integration,
  status: "error",
  meta: META,
  registration: {
    ...REGISTRATION,
    step: "sender",
    senderStatus: null,
    attempts: 1,
    waitingFor: "customer",
    waitingSince: LATER,
    error: {
      code: "display_name_rejected",
      title: "Name not accepted",
      detail: "WhatsApp did not accept the name of the business.",
      actor: "customer",
      action: "Choose another name, close to that of the business, and try again.",
      customerAction: "Choose another name, close to that of the business, and try again.",
      retryable: false,
      providerCode: "63103",
    },
  },
};

const summary = {
  sessionId: SESSION,
  status: "opened",
  createdAt: AT,
  expiresAt: "2026-05-01T11:00:00.000Z",
  reference: "customer-42",
  phoneNumber: NUMBER,
};

export const SESSION_SUMMARY = summary;

export const SESSION_SHOWN = {
  ...summary,
  timeline: [
    { at: AT, event: "signup_session_created" },
    { at: LATER, event: "signup_opened" },
    { at: LATER, event: "phone_step", source: "browser", data: { current_step: "PHONE" } },
  ],
};

export const LAUNCH = {
  mode: "meta",
  appId: "100000000000001",
  configId: "200000000000002",
  graphVersion: "v25.0",
  sdkUrl: "https://connect.facebook.net/en_US/sdk.js",
  extras: { setup: { solutionID: "300000000000003" }, version: "v4" },
};

export const CREATED_SESSION = {
  success: true,
  sessionId: SESSION,
  signupUrl: "https://connect.example.com/whatsapp/signup?payload=…",
  expiresAt: "2026-05-04T10:00:00.000Z",
  launch: LAUNCH,
};

export const ACCEPTED = {
  success: true,
  status: "pending",
  sessionId: SESSION,
  integrationId: ID,
  redirectUrl: `https://app.example.com/done?status=pending&integrationId=${ID}&sessionId=${SESSION}&phone=%2B5511987654321`,
};

export const CUSTOMER_STATUS = {
  success: true,
  sessionId: SESSION,
  kind: "working",
  settled: false,
  title: "Connecting your number",
  paragraphs: ["Your number is being registered. You may close this page."],
  customerAction: null,
  steps: [
    { id: "authorised", state: "done" },
    { id: "subaccount", state: "done" },
    { id: "sender", state: "current" },
    { id: "online", state: "open" },
  ],
  code: { due: false, resend: false, error: null },
  retryingUntil: null,
  remedy: null,
  onward: null,
};

export const RELAYED = {
  success: true,
  relay: "code",
  code: "482913",
  codes: [{ code: "482913", from: "WhatsApp", at: AT }],
};
