import type { StatusData, StatusView } from "../../pages/status-view.ts";
import { get, postAgain, Problem } from "../shared/api.ts";
import { element } from "../shared/element.ts";
import { isOwnTab } from "../shared/own-tab.ts";
import { StatusScreen } from "./status-screen.ts";

const POLL_MS = 4000;
/** A proxy that keeps the stream to itself is not waited for any longer. */
const FIRST_EVENT_MS = 8000;
/** The server sends something every 15 s: after this silence the line is dead, whatever it seems. */
const SILENCE_MS = 40_000;
const LEAVE_MS = 4000;
/** A command that met work under way on the server is sent anew after each of these. */
const BUSY_DELAYS_MS = [2000, 2000, 2000, 2000];

const data = JSON.parse(element("status-data").textContent ?? "") as StatusData;
const { sessionId, locale, texts } = data;
const screen = new StatusScreen(data);
const query = new URLSearchParams({ session: sessionId, lang: locale });
const address = `/whatsapp/signup/status?${query.toString()}`;
let source: EventSource | undefined;
let timer = 0;
let turn = 0;
let wasUnsettled = false;
let isBusy = false;

function show(view: StatusView): void {
  screen.show(view);
  wasUnsettled ||= !view.settled;
  // Whoever came to see how it went stays; whoever waited here goes on.
  if (view.kind === "connected" && view.onward !== null && wasUnsettled && !isOwnTab()) {
    screen.said("");
    const { onward } = view;
    document.getElementById("leaving")?.removeAttribute("hidden");
    setTimeout(() => window.location.assign(onward), LEAVE_MS);
  }
  if (view.settled) stop();
}

function stop(): void {
  turn += 1;
  source?.close();
  source = undefined;
  clearTimeout(timer);
}

function pollAfter(delayMs: number): void {
  clearTimeout(timer);
  timer = setTimeout(() => void poll(), delayMs);
}

/** Listens to the server's events; where they do not come through, the page asks again and again. */
function watch(): void {
  stop();
  source = new EventSource(address);
  pollAfter(FIRST_EVENT_MS);
  source.addEventListener("message", ({ data: view }: MessageEvent<string>) => {
    pollAfter(SILENCE_MS);
    show(JSON.parse(view) as StatusView);
  });
  source.addEventListener("ping", () => pollAfter(SILENCE_MS));
  source.addEventListener("error", () => {
    if (source?.readyState === EventSource.CLOSED) void poll();
  });
}

async function poll(): Promise<void> {
  stop();
  const mine = turn;
  try {
    show(await get<StatusView>(address));
  } catch (error) {
    // Anything else is the line's or the server's trouble: the next try may find it gone.
    if (error instanceof Problem && error.body.status < 500 && error.body.status !== 429) {
      showRefusal(error);
    }
  }
  // Neither settled nor refused, and nobody has begun to listen meanwhile.
  if (mine === turn) pollAfter(POLL_MS);
}

function showRefusal({ body }: Problem): void {
  const { code, title, detail, customerAction } = body;
  if (code === "not_in_state") {
    // The registration was taken back; the server draws another page for that.
    window.location.reload();
    return;
  }
  screen.rest();
  show({
    kind: "problem",
    settled: true,
    title,
    paragraphs: [detail, customerAction],
    customerAction,
    steps: [],
    code: { due: false, resend: false, error: null },
    retryingUntil: null,
    remedy: null,
    onward: null,
  });
}

function whyNot(error: unknown): string {
  return error instanceof Problem ? error.body.customerAction : texts.offline;
}

function isAboutName(error: unknown): boolean {
  const issues = error instanceof Problem ? (error.body.issues ?? []) : [];
  return issues.some(({ path }) => path === "displayName");
}

function isBusyThere(error: unknown): boolean {
  return error instanceof Problem && error.body.code === "busy";
}

async function command(path: string, body: object, done: string): Promise<void> {
  if (isBusy) return;
  isBusy = true;
  screen.said(texts.sending);
  try {
    const target = `/whatsapp/signup/${path}`;
    const sent = { session: sessionId, ...body };
    const view = await postAgain<StatusView>(target, sent, BUSY_DELAYS_MS, isBusyThere);
    screen.clear();
    screen.show(view);
    screen.said(done);
    wasUnsettled = true;
    watch();
  } catch (error) {
    if (isAboutName(error)) screen.refuseName();
    screen.said(isAboutName(error) ? "" : whyNot(error), true);
  } finally {
    isBusy = false;
  }
}

element("code-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const code = screen.code();
  if (code !== undefined) void command("verification", { code }, texts.sent);
});
for (const button of element("resend").querySelectorAll("button")) {
  button.addEventListener("click", () => {
    void command("verification/resend", { method: button.dataset.method }, texts.requested);
  });
}
element("retry").addEventListener("submit", (event) => {
  event.preventDefault();
  const name = screen.retryName();
  if (name !== undefined) void command("retry", name, "");
});
// A phone that slept has missed what happened, and its line may be dead.
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") watch();
});
// The address of the redirect carries the number, which has no business in the history.
const lang = new URLSearchParams(window.location.search).get("lang");
const kept = new URLSearchParams({ session: sessionId, ...(lang !== null && { lang }) });
window.history.replaceState(null, "", `?${kept.toString()}${window.location.hash}`);
watch();
