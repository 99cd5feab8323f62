/** The page's words for its scripts, in its language. */
export const texts = JSON.parse(document.getElementById("texts").textContent);

/** What a card depends on: while it is the same, the card stays as it is. */
export function faceOf({ externalId, status, registration }) {
  const { step, senderStatus, attempts, error } = registration;
  return JSON.stringify([externalId, status, step, senderStatus, attempts, error]);
}

/**
 * One number and how it stands.
 * @param act (id, command, body) asks the service for something
 */
export function card(integration, act) {
  const { id, externalId, status, registration } = integration;
  const node = make("article", "card");
  const head = make("p", "head");
  head.append(
    make("b", "", externalId),
    make("span", `pill ${status}`, texts.statuses[status] ?? status),
  );
  node.append(head, ...explanation(integration));
  const problem = make("p", "problem");
  problem.setAttribute("role", "alert");
  const run = (command, body) =>
    act(id, command, body).catch((error) => {
      problem.textContent = error.message;
    });
  if (status === "pending" && registration.step === "verification") node.append(codeForm(run));
  node.append(buttons(integration, run), problem);
  if (status === "error" || status === "disconnected") node.append(reconnectButton(id));
  return node;
}

function explanation({ status, registration }) {
  const { step, senderStatus, error, attempts } = registration;
  const lines = [];
  if (status === "pending") {
    const sender = senderStatus === null ? "" : ` (${senderStatus})`;
    lines.push(make("p", "", `${texts.steps[step] ?? step}${sender}…`));
    if (attempts > 0) lines.push(make("p", "hint", `${texts.attempts}: ${attempts}`));
  }
  if (error !== null) {
    const code = error.providerCode ? ` (${error.providerCode})` : "";
    lines.push(make("p", "", `${error.title}${code}`), make("p", "hint", error.customerAction));
  }
  return lines;
}

function codeForm(run) {
  const form = make("form", "row");
  const input = make("input");
  input.inputMode = "numeric";
  input.required = true;
  input.placeholder = "123456";
  input.setAttribute("aria-label", texts.code.label);
  form.append(input, make("button", "main", texts.code.send));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void run("verification", { code: input.value.trim() });
  });
  return form;
}

function buttons({ status, registration }, run) {
  const row = make("p", "row");
  if (status === "error") row.append(button(texts.retry, () => run("retry")));
  if (status === "pending" && registration.step === "verification") {
    row.append(button(texts.code.byCall, () => run("verification/resend", { method: "voice" })));
  }
  if (status !== "disconnected" && registration.step !== "disconnecting") {
    row.append(button(texts.disconnect, () => run("disconnect")));
  }
  return row;
}

/** Another signup for this very number: its name and kind are taken from the integration. */
function reconnectButton(integrationId) {
  const node = make("connect-whatsapp");
  node.setAttribute("session-url", "/api/connect");
  node.setAttribute("status-url", "/api/sessions/{id}");
  node.setAttribute("label", texts.reconnect);
  node.sessionRequest = { integrationId };
  return node;
}

function button(label, onPress) {
  const node = make("button", "", label);
  node.type = "button";
  node.addEventListener("click", () => void onPress());
  return node;
}

function make(tag, className = "", text = "") {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text) node.textContent = text;
  return node;
}
