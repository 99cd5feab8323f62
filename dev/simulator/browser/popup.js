/**
 * The simulated popup: asks its server how the chosen ending looks, then tells the opener as Meta's
 * popup does, with the `WA_EMBEDDED_SIGNUP` message for the page and a private one for the SDK.
 */
(() => {
  "use strict";
  const launch = new URLSearchParams(window.location.search);
  const form = document.getElementById("signup");
  const problem = document.getElementById("problem");

  /** What the person typed and chose; empty fields are left out. */
  function choices(outcome) {
    const filled = [...new FormData(form)].filter(([, value]) => value !== "");
    return { ...Object.fromEntries(filled), outcome };
  }

  const e164 = (text) => `+${text.replace(/\D/g, "")}`;

  function signupRequest(choice) {
    const { callback, delayMs: _delay, grant, message: _message, order: _order, ...rest } = choice;
    return {
      ...rest,
      ...(rest.phoneNumber && { phoneNumber: e164(rest.phoneNumber) }),
      appId: launch.get("app_id"),
      configId: launch.get("config_id"),
      extras: JSON.parse(launch.get("extras")),
      responseType: launch.get("response_type"),
      overrideDefaultResponseType: launch.get("override_default_response_type") === "true",
      withCode: callback === "code",
      ...(grant === "no_targets" && { grant: { namesTargets: false } }),
      ...(grant === "other" && { grant: { wabaIds: ["100200300400599"] } }),
    };
  }

  async function post(address, body) {
    const answer = await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const result = await answer.json();
    if (!answer.ok) throw new Error(result.error);
    return result;
  }

  async function sendCode() {
    const { to, code } = await post("/simulator/codes", {
      phoneNumber: e164(form.elements.phoneNumber.value),
    });
    document.getElementById("code-sent").textContent = {
      phone: `The phone shows: ${code}`,
      webhook: "Sent to the webhook of the number at Twilio",
      nowhere: "Sent, but nobody reads the SMS of this number at Twilio",
    }[to];
  }

  function tellPage(message) {
    if (message) window.opener?.postMessage(JSON.stringify(message), launch.get("origin"));
  }

  /** A response of null tells the SDK to stay silent. */
  function tellSdk(response) {
    const message = { type: "simulator:login", request: launch.get("request"), response };
    window.opener?.postMessage(message, launch.get("origin"));
  }

  async function end(choice) {
    const { message, authResponse } = await post("/simulator/signup", signupRequest(choice));
    const response = { authResponse, status: authResponse ? "connected" : "unknown" };
    const steps = [
      () => choice.message === "sent" && tellPage(message),
      () => tellSdk(choice.callback === "never" ? null : response),
    ];
    if (choice.order === "callback-first") steps.reverse();
    // Closed without a word: the SDK finds out by itself.
    if (message) {
      steps[0]();
      await new Promise((resolve) => setTimeout(resolve, Number(choice.delayMs ?? 0)));
      steps[1]();
    }
    window.close();
  }

  const show = (error) => {
    problem.textContent = error.message;
  };

  document.getElementById("send-code")?.addEventListener("click", () => {
    sendCode().catch(show);
  });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    problem.textContent = "";
    end(choices(event.submitter.value)).catch(show);
  });
})();
