// @ts-check
import { leaveAddressBar } from "./address.js";
import { Flow } from "./flow.js";
import { element } from "./view.js";

// The server does not know the customer's time zone.
function showLocalExpiry() {
  const time = /** @type {HTMLTimeElement} */ (element("expires"));
  const { lang } = document.documentElement;
  const format = new Intl.DateTimeFormat(lang, { dateStyle: "medium", timeStyle: "short" });
  time.textContent = format.format(new Date(time.dateTime));
}

// A page that comes back from the browser's memory would be stuck in the state it was left in.
window.addEventListener("pageshow", (event) => event.persisted && window.location.reload());
leaveAddressBar();
showLocalExpiry();
new Flow(JSON.parse(element("signup-data").textContent ?? "")).run();
