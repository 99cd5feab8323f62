// @ts-check
/** @import { FacebookSdk, Launch, LoginResponse } from "./types.d.ts" */

const LOAD_TIMEOUT_MS = 15_000;
const OPEN_TIMEOUT_MS = 2000;
const CLOSED_CHECK_MS = 1000;

/** @type {Promise<FacebookSdk> | undefined} */
let loading;
let isInitialised = false;

/**
 * Loads Meta's SDK once; after a failure the next call tries again.
 * @param {string} url
 * @returns {Promise<FacebookSdk>}
 */
export function loadSdk(url) {
  const sdk = wholeSdk();
  if (sdk) {
    // Perhaps from an earlier try that had given up: Meta's script does nothing a second time.
    return Promise.resolve(sdk);
  }
  loading ??= insertSdk(url).catch((error) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

/**
 * @param {string} url
 * @returns {Promise<FacebookSdk>}
 */
function insertSdk(url) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    const timer = setTimeout(fail, LOAD_TIMEOUT_MS);
    function fail() {
      clearTimeout(timer);
      script.remove();
      // Where Meta's loader finds the stub that it left the last time, it does nothing.
      if (!wholeSdk()) {
        Reflect.deleteProperty(window, "FB");
      }
      reject(new Error("Meta's SDK did not load"));
    }
    function look() {
      const sdk = wholeSdk();
      if (sdk) {
        clearTimeout(timer);
        resolve(sdk);
      }
    }
    // Meta calls it once at most, also where it comes later than an earlier try has waited for it.
    window.fbAsyncInit = () => (wholeSdk() ? look() : fail());
    script.addEventListener("load", look);
    script.addEventListener("error", fail);
    script.async = true;
    script.crossOrigin = "anonymous";
    script.src = url;
    document.head.append(script);
  });
}

/** Until the rest has come, `window.FB` is a stub that opens its window too late. */
function wholeSdk() {
  return window.FB && "__buffer" in window.FB ? undefined : window.FB;
}

/**
 * @typedef {object} PopupHandlers
 * @property {(code: string | undefined) => void} onAnswer may come more than once
 * @property {() => void} onBlocked the browser refused the window
 * @property {() => void} onUnseen nothing is known of a window: the SDK may have kept `window.open`
 * from before it was watched
 */

/**
 * Opens Meta's popup; must run inside the customer's press.
 * @param {FacebookSdk} sdk
 * @param {Launch} launch
 * @param {PopupHandlers} handlers
 * @returns {Window | undefined}
 */
export function openPopup(sdk, launch, { onAnswer, onBlocked, onUnseen }) {
  if (!isInitialised) {
    const { appId, graphVersion: version } = launch;
    sdk.init({ appId, autoLogAppEvents: true, xfbml: true, version });
    isInitialised = true;
  }
  let hasAnswered = false;
  /** @param {LoginResponse | undefined} response */
  const answer = (response) => {
    hasAnswered = true;
    onAnswer(response?.authResponse?.code);
  };
  const popup = windowOpenedBy(() =>
    sdk.login(answer, {
      config_id: launch.configId,
      response_type: "code",
      override_default_response_type: true,
      extras: launch.extras,
    }),
  );
  if (popup) {
    watch(popup, () => hasAnswered || onAnswer(undefined));
  } else if (popup === null) {
    setTimeout(onBlocked, 0);
  } else {
    setTimeout(() => hasAnswered || onUnseen(), OPEN_TIMEOUT_MS);
  }
  return popup ?? undefined;
}

/**
 * The window that `run` opens: null if the browser refused it, undefined if none was asked for.
 * The SDK itself says nothing when its window is blocked.
 * @param {() => void} run
 * @returns {Window | null | undefined}
 */
function windowOpenedBy(run) {
  const original = window.open;
  /** @type {Window | null | undefined} */
  let opened;
  window.open = (...parameters) => {
    opened = original.apply(window, parameters);
    return opened;
  };
  try {
    run();
  } finally {
    window.open = original;
  }
  return opened;
}

/**
 * @param {Window} popup
 * @param {() => void} onClosed
 */
function watch(popup, onClosed) {
  const timer = setInterval(() => {
    if (popup.closed) {
      clearInterval(timer);
      onClosed();
    }
  }, CLOSED_CHECK_MS);
}
