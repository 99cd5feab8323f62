import type { BrowserTexts } from "../../pages/texts/page-texts.ts";

/**
 * Passes the link on by the device's own menu, else by the clipboard.
 * @returns whether the link is on its way; if not, people have to copy it
 */
export async function share(
  link: string,
  texts: BrowserTexts,
  say: (text: string) => void,
): Promise<boolean> {
  try {
    if (typeof navigator.share === "function") {
      await navigator.share({ title: document.title, url: link });
      return true;
    }
    await copy(link);
    say(texts.shared);
    return true;
  } catch (error) {
    // Whoever closes the menu has changed their mind.
    return error instanceof DOMException && error.name === "AbortError";
  }
}

/** Copies by the clipboard. Rejects where there is none: some built-in browsers lack even the object. */
export async function copy(words: string): Promise<void> {
  await navigator.clipboard.writeText(words);
}
