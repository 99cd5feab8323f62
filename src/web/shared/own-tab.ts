/**
 * Stands after the addresses that are opened beside the SaaS's page, which stays where it is: nobody
 * needs it a second time here.
 */
export const OWN_TAB = "#tab";

export function isOwnTab(): boolean {
  return window.location.hash === OWN_TAB;
}

/** Closes the tab, where the browser lets it. @param otherwise told for where it stays open */
export function closeTab(otherwise: () => void): void {
  window.close();
  otherwise();
}
