/**
 * Stands in for Meta's JavaScript SDK, as far as Embedded Signup uses it: `FB.init` and `FB.login`.
 * It opens the popup on the origin it was loaded from. Unlike the real one it also reads the page,
 * for the number that the customer would type there.
 */
(() => {
  "use strict";
  // As the real loader does, also where it finds its own stub: a second script changes nothing.
  if (window.FB) return;
  const LOGIN_MESSAGE = "simulator:login";
  const CLOSED_CHECK_MS = 100;
  /** Messages that were sent before the popup closed may still be on their way. */
  const CLOSED_GRACE_MS = 300;

  const metaOrigin = new URL(document.currentScript.src).origin;
  let settings;

  const empty = () => ({ authResponse: null, status: "unknown" });

  /** The first whole number that the page shows: it has told the customer which one to type. */
  function numberOnPage() {
    const [number = ""] = document.body.innerText.match(/\+\d[\d ().-]{6,}\d/) ?? [];
    return number.replace(/[^+\d]/g, "");
  }

  function popupAddress(options, request) {
    const address = new URL(`/${settings.version}/dialog/oauth`, metaOrigin);
    address.search = new URLSearchParams({
      app_id: settings.appId,
      config_id: options.config_id ?? "",
      response_type: options.response_type ?? "",
      override_default_response_type: String(options.override_default_response_type ?? false),
      extras: JSON.stringify(options.extras ?? {}),
      display: "popup",
      origin: window.location.origin,
      number: numberOnPage(),
      request,
    }).toString();
    return address.href;
  }

  /** Calls back once: with what the popup says, or with nothing once it is closed. */
  function waitFor(popup, request, callback) {
    let settled = false;
    const settle = (response) => {
      if (settled) return;
      settled = true;
      window.removeEventListener("message", listen);
      clearInterval(closedCheck);
      if (response) callback(response);
    };
    const listen = (event) => {
      if (event.origin !== metaOrigin || event.data?.type !== LOGIN_MESSAGE) return;
      if (event.data.request === request) settle(event.data.response);
    };
    const closedCheck = setInterval(() => {
      if (!popup.closed) return;
      clearInterval(closedCheck);
      setTimeout(() => settle(empty()), CLOSED_GRACE_MS);
    }, CLOSED_CHECK_MS);
    window.addEventListener("message", listen);
  }

  window.FB = {
    init(options) {
      if (!options?.appId || !options.version) throw new Error("FB.init needs appId and version");
      settings = options;
    },

    login(callback, options = {}) {
      if (!settings) throw new Error("FB.login() called before FB.init()");
      // The real SDK refuses async functions with these words.
      if (Object.prototype.toString.call(callback) === "[object AsyncFunction]") {
        throw new Error("Expression is of type asyncfunction, not function");
      }
      if (typeof callback !== "function") throw new Error("FB.login needs a callback");
      const request = crypto.randomUUID();
      const popup = window.open(
        popupAddress(options, request),
        "simulated-meta-signup",
        "width=640,height=820,popup=1",
      );
      // The real SDK says nothing when the browser blocked its window.
      if (popup !== null) waitFor(popup, request, callback);
    },
  };

  const start = window.fbAsyncInit;
  if (typeof start === "function" && !start.hasRun) {
    start.hasRun = true;
    setTimeout(() => start(), 0);
  }
})();
