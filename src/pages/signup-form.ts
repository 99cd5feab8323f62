import { likelyCountry, renderCountries } from "./countries.ts";
import { html, type SafeHtml } from "./html.ts";
import { readableHost, readableNumber } from "./readable.ts";
import type { SignupPageView } from "./signup-page.ts";
import type { PageTexts } from "./texts/page-texts.ts";

/** What the customer has to fill in, with what they filled in before, and the button. */
export function renderForm(view: SignupPageView, texts: PageTexts): SafeHtml {
  const { signup } = texts;
  // The button stays off until the script is there, so that no press is lost in a native submit.
  return html`<form id="form" method="post" novalidate>
    ${view.phoneNumber === undefined ? numberFields(view, texts) : undefined}
    ${view.displayName === undefined ? nameField(view, texts) : undefined}
    ${view.asksNumberFirst ? numberFirst(view, texts) : undefined}
    <button id="go" type="submit" class="primary" disabled>${signup.button[view.mode]}</button>
    <p class="fine">${allowed(view, texts)} ${signup.privacy}</p>
  </form>`;
}

/** What the customer lets the SaaS do. */
function allowed({ brand, returnTo }: SignupPageView, { signup }: PageTexts): string {
  return signup.allowed.replace("{brand}", () => brand?.name ?? readableHost(returnTo));
}

function numberFirst({ phoneNumber }: SignupPageView, { browser }: PageTexts): SafeHtml {
  const [before, after] = browser.numberFirst.split("{number}");
  const number =
    phoneNumber === undefined
      ? browser.numberHere
      : html`<bdi class="number">${readableNumber(phoneNumber)}</bdi>`;
  return html`<p class="hint">${before}${number}${after}</p>`;
}

function numberFields(view: SignupPageView, { signup }: PageTexts): SafeHtml {
  const country = likelyCountry(view.locale, view.typedNumber, view.acceptLanguage);
  return html`<div class="field">
      <label for="country">${signup.country}</label>
      <select id="country" autocomplete="country">
        ${renderCountries(view.locale, country)}
      </select>
    </div>
    <div class="field">
      <label for="phoneNumber">${signup.number}</label>
      <input
        id="phoneNumber"
        name="phoneNumber"
        type="tel"
        inputmode="tel"
        autocomplete="tel"
        required
        maxlength="40"
        value="${readableNumber(view.typedNumber) ?? ""}"
        aria-describedby="phoneNumber-hint phoneNumber-error"
      />
      <p id="phoneNumber-hint" class="hint">${signup.numberHint}</p>
      <p id="phoneNumber-error" class="error"></p>
    </div>`;
}

function nameField(view: SignupPageView, { signup }: PageTexts): SafeHtml {
  return html`<div class="field">
    <label for="displayName">${signup.name}</label>
    <input
      id="displayName"
      name="displayName"
      type="text"
      autocomplete="organization"
      required
      maxlength="255"
      value="${view.typedName ?? ""}"
      aria-describedby="displayName-hint displayName-error"
    />
    <p id="displayName-hint" class="hint">${signup.nameHint}</p>
    <p id="displayName-error" class="error"></p>
  </div>`;
}
