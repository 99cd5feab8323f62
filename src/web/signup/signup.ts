import type { BrowserData } from "../../pages/browser-data.ts";
import { element } from "../shared/element.ts";
import { sayLocally } from "../shared/local-time.ts";
import { leaveAddressBar } from "./address.ts";
import { Flow } from "./flow.ts";

// A page that comes back from the browser's memory would be stuck in the state it was left in.
window.addEventListener("pageshow", (event) => event.persisted && window.location.reload());
leaveAddressBar();
for (const time of document.querySelectorAll("time")) sayLocally(time);
new Flow(JSON.parse(element("signup-data").textContent ?? "") as BrowserData).run();
