// @ts-check

const ADDRESS_KEY = "whatsapp-signup-address";

/**
 * Takes the session's token out of the address bar, where it could be photographed, synchronised or
 * sent on by mistake. The tab remembers it: after a reload `restore.js` comes back here.
 */
export function leaveAddressBar() {
  const { pathname, search } = window.location;
  if (!new URLSearchParams(search).has("payload")) {
    return;
  }
  try {
    window.sessionStorage.setItem(ADDRESS_KEY, search);
  } catch {
    // Without storage a reload would find nothing, so the address stays.
    return;
  }
  window.history.replaceState(window.history.state, "", pathname);
}

/**
 * An address with another value of a parameter that it has. Whatever else is in it is the SaaS's, and
 * stays as it is written.
 * @param {string} address
 * @param {string} name
 * @param {string} value
 */
export function withValue(address, name, value) {
  const one = new RegExp(`([?&]${name}=)[^&#]*`);
  return address.replace(one, (_all, start) => start + encodeURIComponent(value));
}

/** The whole link, as it was opened, in no language of its own. */
export function fullLink() {
  const link = new URL(window.location.href);
  try {
    link.search = link.search || (window.sessionStorage.getItem(ADDRESS_KEY) ?? "");
  } catch {
    // The address is whole then.
  }
  link.searchParams.delete("lang");
  return link.href;
}
