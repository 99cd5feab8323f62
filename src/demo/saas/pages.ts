/** An entry of the select: a number and what will happen to it. */
export interface Choice {
  phoneNumber: string;
  label: string;
}

/** The SaaS's page with the button, whose script comes from the service. */
export function renderHome(
  choices: readonly Choice[],
  { serviceUrl }: { serviceUrl: string },
): string {
  const options = choices.map(
    ({ phoneNumber, label }) => `<option value="${escape(phoneNumber)}">${escape(label)}</option>`,
  );
  return page(
    "Integraciones",
    `<h1>Integraciones</h1>
<section class="card">
<h2>WhatsApp</h2>
<p>Atiende a tus clientes por WhatsApp desde tu panel.</p>
<label for="number">Qué debe pasar <small>(simulado)</small></label>
<select id="number">${options.join("")}</select>
<p class="hint">En la ventana simulada de Meta, escribe el número <b id="chosen"></b> y elige cómo
termina: con éxito, cancelada, con un error, cerrada sin más…</p>
<connect-whatsapp id="connect" session-url="/api/connect" status-url="/api/sessions/{id}"></connect-whatsapp>
</section>
<section>
<h2>Tus números</h2>
<div id="integrations" aria-live="polite"><p class="hint">Cargando…</p></div>
</section>
<script type="module" src="${escape(serviceUrl)}/whatsapp/button.js"></script>`,
  );
}

/** Where the browser comes back to after the callback; its script shows how it goes on. */
export function renderSuccess(): string {
  return page(
    "Conectando WhatsApp",
    `<h1>Recibimos tu número</h1>
<p>Ahora se registra en WhatsApp. Puedes dejar esta página: sigue sin ti.</p>
<div id="integrations" aria-live="polite"><p class="hint">Cargando…</p></div>
<p><a href="/">Volver a Integraciones</a></p>`,
  );
}

/** Where the browser comes back to when the signup came to nothing. */
export function renderFailure(): string {
  return page(
    "WhatsApp no se conectó",
    `<h1>WhatsApp no se conectó</h1>
<section class="card">
<p id="message"></p>
<p class="hint">Código: <code id="code"></code></p>
</section>
<p><a href="/">Volver a intentar</a></p>`,
  );
}

function page(title: string, main: string): string {
  return `<!doctype html>
<html lang="es"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escape(title)} · Mostrador</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="/saas.css"></head>
<body>
<header><a href="/">Mostrador</a><span>Padaria da Ana</span></header>
<main>${main}</main>
<footer>Demostración: Twilio y Meta son simulados.</footer>
<script type="module" src="/saas.js"></script>
</body></html>`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
