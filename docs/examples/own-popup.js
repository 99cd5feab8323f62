/** How long the popup's second report is waited for when the first has come, or the popup is gone. */
const REPORT_WAIT_MS = 3000;
/** What the callback is told of the endings that connect nothing. */
const FAILURES = {
  CANCEL: "cancelled",
  ERROR: "signup_failed",
  FINISH_WHATSAPP_BUSINESS_APP_ONBOARDING: "coexistence_unsupported",
};

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
 * @throws Error with `code`, for example `signup_cancelled`; the same session can be tried again
 */
export async function connect({ signupUrl, launch }) {
  const payload = new URL(signupUrl).searchParams.get("payload");
  const { message, code } = await openPopup(launch);
  const error = message ? FAILURES[message.event] : "cancelled";
  if (error) {
    const error_description = message?.data.error_message;
    return await postJson("/api/whatsapp/callback", { payload, error, error_description });
  }
  const { waba_id, business_id, phone_number_id } = message.data;
  return await postJson("/api/whatsapp/callback", {
    payload,
    WhatsAppBusinessAccountId: waba_id,
    FacebookBusinessId: business_id,
    phoneNumberId: phone_number_id,
    // It lives for 30 seconds and works once.
    code,
  });
}

/** The popup reports twice, in either order: a message with the ids, and the login with the code. */
function openPopup({ configId, extras, sdkUrl }) {
  return new Promise((resolve) => {
    let message;
    let login;
    let timer;
    const finish = () => {
      clearTimeout(timer);
      window.removeEventListener("message", listen);
      resolve({ message, code: login?.authResponse?.code });
    };
    const report = () => {
      clearTimeout(timer);
      const isFailure = message && FAILURES[message.event];
      if (isFailure || (message && login)) finish();
      else timer = setTimeout(finish, REPORT_WAIT_MS);
    };
    const listen = ({ origin, data }) => {
      const read = isMeta(origin, sdkUrl) ? signupMessage(data) : undefined;
      if (!read) return;
      message = read;
      report();
    };
    window.addEventListener("message", listen);
    const onLogin = (response) => {
      login = response;
      report();
    };
    window.FB.login(onLogin, {
      config_id: configId,
      response_type: "code",
      override_default_response_type: true,
      extras,
    });
  });
}

/** The parsed host counts: "ends with facebook.com" would let evilfacebook.com in. */
function isMeta(origin, sdkUrl) {
  const { protocol, hostname } = new URL(origin);
  const isFacebook = hostname === "facebook.com" || hostname.endsWith(".facebook.com");
  return (protocol === "https:" && isFacebook) || origin === new URL(sdkUrl).origin;
}

function signupMessage(data) {
  try {
    const message = JSON.parse(data);
    return message?.type === "WA_EMBEDDED_SIGNUP" ? { data: {}, ...message } : undefined;
  } catch {
    return undefined;
  }
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
