/**
 * Apps that show pages inside themselves, by their own names (Barcelona is Threads, GSA Google's). Of
 * other apps those on Android say `; wv)`, and those on iOS leave out the Safari that browsers name.
 */
const IN_APP_BROWSER =
  /\b(FBAN|FBAV|FB_IAB|Instagram|Barcelona|Line\/|LinkedInApp|MicroMessenger|Snapchat|Pinterest|Twitter|GSA\/|musical_ly|trill_|TikTok|Bytedance)|; wv\)|\((iPhone|iPad|iPod).*AppleWebKit(?!.*Safari\/)/;

/** Whether the page is shown inside another app, where no popup opens. */
export function isInAppBrowser(): boolean {
  return IN_APP_BROWSER.test(navigator.userAgent);
}
