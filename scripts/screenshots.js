// Draws docs/screenshots anew. The browser tests keep a picture of each screen that they look at
// where SCREENSHOT_DIR is set; these are the ones that the documents show.
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Name in docs/screenshots, and the picture's own: screen, language, scheme, width. */
const PICTURES = {
  "form-phone-es": "form-es-light-360",
  "form-desktop-pt-dark": "form-pt-dark-1280",
  "popup-open-phone-es": "popup-open-es-light-360",
  "cancelled-phone-en": "cancel-PHONE_NUMBER_VERIFICATION-en-light-360",
  "failed-phone-en-dark": "error-3441030-en-dark-360",
  "blocked-phone-pt": "popup-blocked-pt-light-360",
  "in-app-phone-pt": "in-app-browser-pt-light-360",
  "relayed-code-phone-en": "relayed-code-360",
  "working-phone-es": "status-working-es-light-360",
  "working-desktop-en": "status-working-en-light-1280",
  "code-phone-pt-dark": "status-code-pt-dark-360",
  "connected-phone-en": "status-connected-en-light-360",
  "problem-phone-es": "status-problem-es-light-360",
  "brand-desktop-en": "brand-light-1280",
  "demo-desktop-es": "demo-page-connected-1280",
};

const file = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const directory = mkdtempSync(join(tmpdir(), "screenshots-"));
const files = "signup-|status|demo-page|relayed-code";
const { status } = spawnSync("npm", ["run", "test:all", "--", `test/browser/(${files})`], {
  env: { ...process.env, SCREENSHOT_DIR: directory },
  stdio: "inherit",
});
if (status === 0)
  for (const [name, picture] of Object.entries(PICTURES))
    copyFileSync(join(directory, `${picture}.png`), file(`docs/screenshots/${name}.png`));
rmSync(directory, { recursive: true });
process.exitCode = status ?? 1;
