import { readFileSync } from "node:fs";
import { type BrowserFile, scriptFile } from "./browser-script.ts";

/** Path of the `<connect-whatsapp>` module. */
export const BUTTON_PATH = "/whatsapp/button.js";

/** In the order of their imports; only what a page may use keeps its `export`. */
const PARTS = [
  {
    name: "session.js",
    exported: ["SignupError", "createSignupSession", "openSignup", "watchSession"],
  },
  { name: "texts.js", exported: [] },
  { name: "style.js", exported: [] },
  { name: "element.js", exported: ["ConnectWhatsApp"] },
] as const;

const IMPORT = /^import [^;]*;\n/gm;
const EXPORT = /^export (?=(?:async )?(?:class|const|function) (\w+))/gm;

/** The button's modules as one file, so that a page on another origin loads it by one address. */
export const buttonFile: BrowserFile = scriptFile(
  PARTS.map(({ name, exported }) => {
    const source = readFileSync(new URL(`browser/button/${name}`, import.meta.url), "utf8");
    return source
      .replace(IMPORT, "")
      .replace(EXPORT, (keyword, symbol: string) =>
        (exported as readonly string[]).includes(symbol) ? keyword : "",
      );
  }).join("\n"),
);
