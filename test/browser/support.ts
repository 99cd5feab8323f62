import { execFileSync } from "node:child_process";
import chromium from "@sparticuz/chromium";
import { type Browser, connect, launch } from "puppeteer-core";

const CHROMIUM_NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** No name but loopback's resolves, no proxy is asked, and Chromium's own services are off. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
  "--no-proxy-server",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-default-apps",
  "--disable-domain-reliability",
  "--disable-sync",
  "--no-first-run",
  "--no-pings",
];

/** The browser of this worker's test files, one after the other; each disconnects at its end. */
export async function sharedBrowser(): Promise<Browser> {
  const { TEST_BROWSER_URL, JEST_WORKER_ID } = process.env;
  const answer = await fetch(`${TEST_BROWSER_URL}/${JEST_WORKER_ID}`);
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  return await connect({ browserWSEndpoint: text });
}

/**
 * Unpacks the Chromium that comes from npm, unless another is installed or it was done before. Two
 * browsers that start at once would else find a file that is still being written.
 */
export async function unpackBrowser(): Promise<void> {
  if (installedBrowser() === undefined) await chromium.executablePath();
}

/**
 * Starts a Chromium: CHROME_PATH, one on the PATH, or the one that comes from npm. The latter's own
 * flags are not used, since they switch off the same-origin policy that these tests rely on.
 */
export async function launchBrowser(...more: string[]): Promise<Browser> {
  const installed = installedBrowser();
  return await launch({
    executablePath: installed ?? (await chromium.executablePath()),
    args: [...FLAGS, ...more],
    // Windows open only by a press that is young enough, as in a customer's browser.
    ignoreDefaultArgs: ["--disable-popup-blocking"],
    headless: installed === undefined ? "shell" : true,
  });
}

function installedBrowser(): string | undefined {
  return process.env["CHROME_PATH"] ?? chromiumOnPath();
}

function chromiumOnPath(): string | undefined {
  for (const name of CHROMIUM_NAMES) {
    try {
      return execFileSync("which", [name], { encoding: "utf8" }).trim();
    } catch {
      // Not installed: the next name.
    }
  }
  return undefined;
}
