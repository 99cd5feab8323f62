/** What is missing is waited for so long once the popup is gone. While it is open, so many times. */
const WAIT_MS = 3000;
const WAITS = 20;
const CLOSED_CHECK_MS = 1000;
/** What the callback is told of the endings that connect nothing. */
const FAILURES = new Map([
  ["CANCEL", "cancelled"],
  ["ERROR", "signup_failed"],
  ["FINISH_WHATSAPP_BUSINESS_APP_ONBOARDING", "coexistence_unsupported"],
]);

/**
 * Before the click: makes the session and loads Meta's SDK, which takes longer than a browser lets
 * a click open a window. @returns what `connect` needs
 */
export async function prepare() {
  const session = await postJson("/api/whatsapp/session", { locale: "es" });
  const { appId, graphVersion, sdkUrl } = session.launch;
  // `window.FB` alone is a stub; the SDK is ready when it calls fbAsyncInit.
  await new Promise((resolve, reject) => {
    window.fbAsyncInit = resolve;
    const script = document.createElement("script");
    script.addEventListener("error", () => reject(new Error("Meta's SDK did not load")));
    script.crossOrigin = "anonymous";
    script.src = sdkUrl;
    document.head.append(script);
  });
  window.FB.init({ appId, version: graphVersion, autoLogAppEvents: true, xfbml: true });
  return session;
}

/**
 * In the click: opens Meta's popup and hands over its result. What is undefined is not sent.
 * @returns the callback's answer: `{ status: "pending", integrationId, sessionId, redirectUrl }`
 * @throws Error with `code`, for example `signup_cancelled`, or `popup_blocked`; the same session can
 * be tried again
 */
export async function connect({ signupUrl, launch }) {
  const payload = new URL(signupUrl).searchParams.get("payload");
  const { message, code } = await openPopup(launch);
  // Who logged in has not cancelled: then nothing readable came of it.
  const error = message ? FAILURES.get(message.event) : code ? "signup_failed" : "cancelled";
  if (error) {
    const error_description = message?.data.error_message;
    return await postJson("/api/whatsapp/callback", { payload, error, error_description });
  }
  const { business_id, phone_number_id } = message.data;
  return await postJson("/api/whatsapp/callback", {
    payload,
    WhatsAppBusinessAccountId: accountOf(message.data),
    FacebookBusinessId: business_id,
    phoneNumberId: phone_number_id,
    // It lives for 30 seconds and works once.
    code,
  });
}

/**
 * The popup reports twice, in either order: a message with the ids, and the login with the code. The
 * login answers without a code when the popup is closed.
 */
function openPopup({ configId, extras, sdkUrl }) {
  return new Promise((resolve, reject) => {
    const seen = {};
    let popup;
    let timer;
    const stop = () => {
      clearTimeout(timer);
      clearInterval(closedCheck);
      window.removeEventListener("message", listen);
    };
    const finish = () => {
      stop();
      // An event that is new to us counts where the login brought a code and no known end followed.
      resolve({ message: seen.code && seen.candidate, ...seen });
    };
    const wait = (waits) => {
      const isGone = popup ? popup.closed : seen.isAnswered;
      const isLast = isGone || waits === 1;
      timer = setTimeout(() => (isLast ? finish() : wait(waits - 1)), WAIT_MS);
    };
    const report = (news) => {
      Object.assign(seen, news);
      clearTimeout(timer);
      const { message, isAnswered } = seen;
      if (message && (isAnswered || FAILURES.has(message.event))) finish();
      else wait(WAITS);
    };
    const listen = ({ origin, data }) => {
      const message = isMeta(origin, sdkUrl) && signupMessage(data);
      if (!message) return;
      if (isEnding(message.event)) report({ message });
      else seen.candidate = message;
    };
    window.addEventListener("message", listen);
    // The SDK may keep silent about it; its answer and the message may still be on their way.
    const closedCheck = setInterval(() => {
      if (!popup?.closed) return;
      clearInterval(closedCheck);
      clearTimeout(timer);
      wait(1);
    }, CLOSED_CHECK_MS);
    const onLogin = (response) => report({ isAnswered: true, code: response?.authResponse?.code });
    popup = windowOpenedBy(() =>
      window.FB.login(onLogin, {
        config_id: configId,
        response_type: "code",
        override_default_response_type: true,
        extras,
      }),
    );
    if (popup !== null) return;
    stop();
    reject(Object.assign(new Error("The browser blocked the window"), { code: "popup_blocked" }));
  });
}

/** The SDK keeps its window to itself and says nothing when the browser blocks it: then null. */
function windowOpenedBy(run) {
  const original = window.open;
  let opened;
  window.open = (...parameters) => (opened = original.apply(window, parameters));
  try {
    run();
  } finally {
    window.open = original;
  }
  return opened;
}

/** "Ends with facebook.com" would let evilfacebook.com in. */
function isMeta(origin, sdkUrl) {
  const isFacebook = /^https:\/\/([a-z0-9-]+\.)*facebook\.com$/.test(origin);
  return isFacebook || origin === new URL(sdkUrl).origin;
}

function isEnding(event) {
  return FAILURES.has(event) || event.startsWith("FINISH");
}

/** A failure or what may be a result. Meta's pages send much else, also of this type. */
function signupMessage(json) {
  try {
    const { type, event, data } = JSON.parse(json);
    const isKnown = FAILURES.has(event) || (typeof event === "string" && Boolean(accountOf(data)));
    if (type !== "WA_EMBEDDED_SIGNUP" || !isKnown) return undefined;
    return { event, data: data ?? {} };
  } catch {
    return undefined;
  }
}

/** Newer messages name the account in a list; of several entries nobody can say which is meant. */
function accountOf({ waba_id, waba_ids, primary_waac_ids } = {}) {
  const [id, ...others] = new Set(waba_ids?.length ? waba_ids : primary_waac_ids);
  return waba_id || (others.length > 0 ? undefined : id);
}

/** @throws Error with the service's words for the customer, and its `code` */
async function postJson(url, body) {
  const response = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (response.ok) return answer;
  throw Object.assign(new Error(answer.detail), { code: answer.code });
}
