import { LANGUAGES, type Language } from "./language.ts";
import { TEXTS } from "./texts.ts";

/** An entry of the select: a number and what the simulator does with it (scenarios.ts there). */
export interface Choice {
  phoneNumber: string;
  labels: Record<Language, string>;
}

/** The languages as they call themselves. */
const NAMES: Record<Language, string> = { es: "Español", pt: "Português", en: "English" };

/** The SaaS's page with the button, whose script comes from the service. */
export function renderHome(
  language: Language,
  choices: readonly Choice[],
  { serviceUrl }: { serviceUrl: string },
): string {
  const { home, loading } = TEXTS[language];
  const [before, after] = home.hint;
  const options = choices.map(
    ({ phoneNumber, labels }) =>
      `<option value="${escape(phoneNumber)}">${escape(labels[language])}</option>`,
  );
  return page(
    language,
    home.title,
    `<h1>${home.title}</h1>
<section class="card">
<h2>WhatsApp</h2>
<p>${home.text}</p>
<label for="number">${home.number} <small>(${home.simulated})</small></label>
<select id="number">${options.join("")}</select>
<p class="hint">${before} <b id="chosen"></b> ${after}</p>
<connect-whatsapp id="connect" session-url="/api/connect" status-url="/api/sessions/{id}"></connect-whatsapp>
</section>
<section>
<h2>${home.yours}</h2>
${integrations(loading)}
</section>
<script type="module" src="${escape(serviceUrl)}/whatsapp/button.js"></script>`,
  );
}

/** Where the browser comes back to after the callback; its script shows how it goes on. */
export function renderSuccess(language: Language): string {
  const { success, loading } = TEXTS[language];
  return page(
    language,
    success.page,
    `<h1>${success.title}</h1>
<p>${success.text}</p>
${integrations(loading)}
<p><a href="/">${success.back}</a></p>`,
  );
}

/** Where the browser comes back to when the signup came to nothing. */
export function renderFailure(language: Language): string {
  const { failure } = TEXTS[language];
  return page(
    language,
    failure.title,
    `<h1>${failure.title}</h1>
<section class="card">
<p id="message"></p>
<p class="hint">${failure.code}: <code id="code"></code></p>
</section>
<p><a href="/">${failure.back}</a></p>`,
  );
}

function integrations(loading: string): string {
  return `<div id="integrations" aria-live="polite"><p class="hint">${loading}</p></div>`;
}

function page(language: Language, title: string, main: string): string {
  const { footer, browser } = TEXTS[language];
  const languages = LANGUAGES.filter((other) => other !== language).map(
    (other) => `<a href="/?lang=${other}" lang="${other}">${NAMES[other]}</a>`,
  );
  return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escape(title)} · Mostrador</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="/saas.css"></head>
<body>
<header><a href="/">Mostrador</a><span>Padaria da Ana</span></header>
<main>${main}</main>
<footer><p>${footer}</p><p>${languages.join(" · ")}</p></footer>
<script type="application/json" id="texts">${JSON.stringify(browser)}</script>
<script type="module" src="/saas.js"></script>
</body></html>`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
