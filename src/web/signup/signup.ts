import type { BrowserData } from "../../pages/browser-data.ts";
import { element } from "../shared/element.ts";
import { leaveAddressBar } from "./address.ts";
import { Flow } from "./flow.ts";

// The server does not know the customer's time zone.
function showLocalExpiry() {
  const time = element("expires") as HTMLTimeElement;
  const { lang } = document.documentElement;
  const format = new Intl.DateTimeFormat(lang, { dateStyle: "medium", timeStyle: "short" });
  time.textContent = format.format(new Date(time.dateTime));
}

// A page that comes back from the browser's memory would be stuck in the state it was left in.
window.addEventListener("pageshow", (event) => event.persisted && window.location.reload());
leaveAddressBar();
showLocalExpiry();
new Flow(JSON.parse(element("signup-data").textContent ?? "") as BrowserData).run();
