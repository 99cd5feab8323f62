import { isOwnTab, OWN_TAB } from "../shared/own-tab.ts";
import { withStorage } from "../shared/storage.ts";

/** `restore.ts` knows it too: it stands alone, so that nothing is loaded before it runs. */
const ADDRESS_KEY = "whatsapp-signup-address";

/**
 * Takes the session's token out of the address bar, where it could be photographed, synchronised or
 * sent on by mistake. The tab remembers it: after a reload `restore.ts` comes back here. Without
 * storage a reload would find nothing, so the address stays.
 */
export function leaveAddressBar(): void {
  const { pathname, search } = window.location;
  if (!new URLSearchParams(search).has("payload")) return;
  withStorage((storage) => {
    storage.setItem(ADDRESS_KEY, search);
    window.history.replaceState(window.history.state, "", pathname + window.location.hash);
  });
}

/** Where the browser goes on: beside the SaaS's page it stays with us. */
export function destination(redirectUrl: string): string {
  const sessionId = new URL(redirectUrl).searchParams.get("sessionId");
  if (!isOwnTab() || sessionId === null) return redirectUrl;
  const query = new URLSearchParams({ session: sessionId }).toString();
  return `${window.location.origin}/whatsapp/signup/result?${query}${OWN_TAB}`;
}

/**
 * An address with another value of a parameter that it has. Whatever else is in it is the SaaS's, and
 * stays as it is written.
 */
export function withValue(address: string, name: string, value: string): string {
  const one = new RegExp(`([?&]${name}=)[^&#]*`);
  return address.replace(one, (_all, start: string) => start + encodeURIComponent(value));
}

/** The whole link, as it was opened, in no language of its own. */
export function fullLink(): string {
  const link = new URL(window.location.href);
  link.search ||= withStorage((storage) => storage.getItem(ADDRESS_KEY)) ?? "";
  link.searchParams.delete("lang");
  link.hash = "";
  return link.href;
}
