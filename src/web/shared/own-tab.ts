import { keep, recall } from "./storage.ts";

const KEY = "whatsapp-signup-tab";
/** `<connect-whatsapp>` puts it after the addresses that it opens beside its own page. */
export const OWN_TAB = "#tab";

/** Whether the SaaS's page stays open beside this one: then nobody needs it a second time here. */
export function isOwnTab(): boolean {
  if (window.location.hash === OWN_TAB) keep(KEY, true);
  return recall(KEY) === true;
}

/** Closes the tab, where the browser lets it. @param otherwise told where it stays open */
export function closeTab(otherwise: () => void): void {
  window.close();
  setTimeout(otherwise, 300);
}
