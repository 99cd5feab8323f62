import { type BrowserFile, scriptFile } from "./browser-script.ts";
import { bundle } from "./bundle.ts";

/** Path of the `<connect-whatsapp>` module. */
export const BUTTON_PATH = "/whatsapp/button.js";

/** What a page may import. */
const EXPORTED = [
  "SignupError",
  "createSignupSession",
  "openSignup",
  "watchSession",
  "ConnectWhatsApp",
];

/** The button as one file, so that a page on another origin loads it by one address. */
export const buttonFile: BrowserFile = scriptFile(
  bundle(new URL("browser/button/", import.meta.url), "element.js", EXPORTED),
);
