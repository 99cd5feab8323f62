import { Browser } from "./browser.ts";
import { FIRST_NUMBER } from "./numbers.ts";
import type { Steps } from "./steps.ts";

const DISPLAY_NAME = "Padaria da Ana";

/** Where things listen. */
export interface Addresses {
  serviceUrl: string;
  saasUrl: string;
  metaUrl: string;
}

interface Launch {
  appId: string;
  configId: string;
  extras: Record<string, unknown>;
}

/** What Meta's popup reports to the page that opened it, and what `FB.login` calls back with. */
interface PopupResult {
  message: { event: string; data: Record<string, string> };
  authResponse: { code: string };
}

/**
 * Goes from the press of the button to the accepted callback, every step through real HTTP, with
 * the calls of the browser and of the pages' scripts.
 * @returns the integration's id
 */
export async function onboard(addresses: Addresses, steps: Steps): Promise<string> {
  const { serviceUrl, saasUrl } = addresses;
  const browser = new Browser();
  const { signupUrl } = await steps.run(
    "SaaS",
    "POST /whatsapp/create-signup-session",
    () =>
      browser.post<{ signupUrl: string; sessionId: string }>(`${saasUrl}/api/connect`, {
        phoneNumber: FIRST_NUMBER,
        displayName: DISPLAY_NAME,
      }),
    ({ sessionId }) => `session ${sessionId} for ${FIRST_NUMBER}`,
  );
  const payload = new URL(signupUrl).searchParams.get("payload") ?? "";
  await steps.run(
    "Browser",
    "GET  /whatsapp/signup?…",
    () => browser.get(signupUrl),
    ({ status, text }) =>
      `${status}, a page that names ${text.includes(DISPLAY_NAME) ? DISPLAY_NAME : "nobody"}`,
  );
  const { launch } = await steps.run(
    "Browser",
    "POST /whatsapp/signup/start",
    () =>
      browser.post<{ launch: Launch }>(`${serviceUrl}/whatsapp/signup/start`, {
        payload,
        confirm: true,
      }),
    () => "the session belongs to this browser; how to open Meta's popup",
  );
  const result = await goThroughPopup(addresses, launch, steps);
  return handOver({ browser, serviceUrl, payload }, result, steps);
}

/** What the page's script does with the popup's result. */
async function handOver(
  { browser, serviceUrl, payload }: { browser: Browser; serviceUrl: string; payload: string },
  { message: { event, data }, authResponse }: PopupResult,
  steps: Steps,
): Promise<string> {
  await steps.run(
    "Browser",
    "POST /whatsapp/signup/events",
    () => browser.post(`${serviceUrl}/whatsapp/signup/events`, { payload, event, data }),
    () => `${event}, kept for support`,
  );
  const accepted = await steps.run(
    "Browser",
    "POST /whatsapp/onboarding-callback",
    () =>
      browser.post<{ status: string; redirectUrl: string; integrationId: string }>(
        `${serviceUrl}/whatsapp/onboarding-callback`,
        {
          payload,
          WhatsAppBusinessAccountId: data.waba_id,
          FacebookBusinessId: data.business_id,
          phoneNumberId: data.phone_number_id,
          code: authResponse.code,
        },
      ),
    ({ status }) => `${status}: Meta's code proves the account; on to the SaaS`,
  );
  await steps.run(
    "Browser",
    `GET  ${new URL(accepted.redirectUrl).pathname}`,
    () => browser.get(accepted.redirectUrl),
    ({ status }) => `${status}, the SaaS's success page`,
  );
  return accepted.integrationId;
}

/** The customer in Meta's popup, which only the simulator can go through without a person. */
function goThroughPopup(
  { metaUrl }: Addresses,
  launch: Launch,
  steps: Steps,
): Promise<PopupResult> {
  const { appId, configId, extras } = launch;
  const meta = new Browser();
  return steps.run(
    "Meta",
    "popup: account chosen, number verified",
    () =>
      meta.post<PopupResult>(`${metaUrl}/simulator/signup`, {
        appId,
        configId,
        extras,
        phoneNumber: FIRST_NUMBER,
        displayName: DISPLAY_NAME,
      }),
    ({ message }) => `${message.event}, WhatsApp Business account ${message.data.waba_id}`,
  );
}
