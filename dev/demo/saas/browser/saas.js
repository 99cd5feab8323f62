// The SaaS's page: tells the button which number is meant and shows how each number stands.
import { card, faceOf, texts } from "./cards.js";

const RELAXED_MS = 3000;
const BUSY_MS = 700;

const byId = (id) => document.getElementById(id);
const query = new URLSearchParams(window.location.search);

/** @returns the answer's body; throws an Error with the service's own words for people */
async function call(path, method = "GET", body) {
  const response = await fetch(path, {
    method,
    headers: { "Content-Type": "application/json" },
    ...(body && { body: JSON.stringify(body) }),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.customerAction);
  return answer;
}

/** Tells the button which number is meant; another number is another signup, by a new button. */
function startButton() {
  const select = byId("number");
  const choose = () => {
    const button = byId("connect").cloneNode();
    button.sessionRequest = { phoneNumber: select.value, displayName: "Padaria da Ana" };
    byId("connect").replaceWith(button);
    byId("chosen").textContent = select.value;
  };
  select.addEventListener("change", choose);
  choose();
}

/** Asks again and again; what has not changed is left as it is, so that nobody's typing is lost. */
async function watchIntegrations(ask) {
  const shown = new Map();
  for (;;) {
    let integrations = [];
    try {
      integrations = await ask();
      show(integrations, shown);
    } catch {
      byId("integrations").textContent = texts.silent;
      shown.clear();
    }
    const isBusy = integrations.some(({ status }) => status === "pending");
    await new Promise((resolve) => setTimeout(resolve, isBusy ? BUSY_MS : RELAXED_MS));
  }
}

function show(integrations, shown) {
  const cards = integrations.map((integration) => {
    const face = faceOf(integration);
    const known = shown.get(integration.id);
    if (known?.face === face) return known.node;
    const node = card(integration, act);
    shown.set(integration.id, { face, node });
    return node;
  });
  const place = byId("integrations");
  const isSame =
    cards.length === place.children.length && cards.every((node, i) => node === place.children[i]);
  if (cards.length === 0) place.textContent = texts.none;
  else if (!isSame) place.replaceChildren(...cards);
}

/** Asks the service for something about one number. */
function act(id, command, body = {}) {
  const path = `/api/integrations/${id}`;
  return command === "disconnect"
    ? call(path, "DELETE", {})
    : call(`${path}/${command}`, "POST", body);
}

if (byId("connect")) startButton();
if (byId("message")) {
  byId("message").textContent = query.get("msg") ?? "";
  byId("code").textContent = query.get("code") ?? "";
}
if (byId("integrations")) {
  const id = query.get("integrationId");
  await watchIntegrations(async () =>
    id === null
      ? (await call("/api/integrations")).integrations
      : [await call(`/api/integrations/${encodeURIComponent(id)}`)],
  );
}
