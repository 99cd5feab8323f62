import type { FacebookSdk, Launch, LoginResponse } from "./types.ts";

const LOAD_TIMEOUT_MS = 15_000;
const OPEN_TIMEOUT_MS = 2000;
const CLOSED_CHECK_MS = 1000;

let loading: Promise<FacebookSdk> | undefined;
let isInitialised = false;

/** Loads Meta's SDK once; after a failure the next call tries again. */
export function loadSdk(url: string): Promise<FacebookSdk> {
  const sdk = wholeSdk();
  // Perhaps from an earlier try that had given up: Meta's script does nothing a second time.
  if (sdk) return Promise.resolve(sdk);
  loading ??= insertSdk(url).catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

function insertSdk(url: string): Promise<FacebookSdk> {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    const timer = setTimeout(fail, LOAD_TIMEOUT_MS);
    function fail() {
      clearTimeout(timer);
      script.remove();
      // Where Meta's loader finds the stub that it left the last time, it does nothing.
      if (!wholeSdk()) Reflect.deleteProperty(window, "FB");
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
function wholeSdk(): FacebookSdk | undefined {
  return window.FB && "__buffer" in window.FB ? undefined : window.FB;
}

interface PopupHandlers {
  /** May be called more than once. */
  onAnswer: (code: string | undefined) => void;
  /** The browser refused the window. */
  onBlocked: () => void;
  /** Nothing is known of a window: the SDK may have kept `window.open` from before it was watched. */
  onUnseen: () => void;
}

/** Opens Meta's popup; must run inside the customer's press. */
export function openPopup(
  sdk: FacebookSdk,
  launch: Launch,
  { onAnswer, onBlocked, onUnseen }: PopupHandlers,
): Window | undefined {
  if (!isInitialised) {
    const { appId, graphVersion: version } = launch;
    sdk.init({ appId, autoLogAppEvents: true, xfbml: true, version });
    isInitialised = true;
  }
  let hasAnswered = false;
  const answer = (response: LoginResponse | undefined) => {
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
  if (popup) watch(popup, () => hasAnswered || onAnswer(undefined));
  else if (popup === null) setTimeout(onBlocked, 0);
  else setTimeout(() => hasAnswered || onUnseen(), OPEN_TIMEOUT_MS);
  return popup ?? undefined;
}

/**
 * The window that `run` opens: null if the browser refused it, undefined if none was asked for.
 * The SDK itself says nothing when its window is blocked.
 */
function windowOpenedBy(run: () => void): Window | null | undefined {
  const original = window.open;
  let opened: Window | null | undefined;
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

function watch(popup: Window, onClosed: () => void): void {
  const timer = setInterval(() => {
    if (popup.closed) {
      clearInterval(timer);
      onClosed();
    }
  }, CLOSED_CHECK_MS);
}
