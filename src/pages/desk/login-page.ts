import { html } from "../html.ts";
import { deskTexts, hidden, LOGIN_PATH, renderDesk, type DeskFrame } from "./frame.ts";

export interface LoginPageView extends DeskFrame {
  /** What was looked for before the login. */
  readonly term?: string | undefined;
  /** Why the page is shown again. */
  readonly notice?: string | undefined;
}

/** Where an operator's browser logs in. */
export function renderLoginPage(view: LoginPageView): string {
  const { title, token, hint, button } = deskTexts(view.locale).login;
  const { notice, term: q, chosen: lang } = view;
  return renderDesk(
    view,
    title,
    html` <h1>${title}</h1>
      ${
        notice === undefined
          ? undefined
          : html`<div class="notice problem" role="alert"><p>${notice}</p></div>`
      }
      <form method="post" action="${LOGIN_PATH}">
        ${hidden({ q, lang })}
        <div class="field">
          <label for="token">${token}</label>
          <input
            id="token"
            name="token"
            type="password"
            required
            maxlength="1024"
            autocomplete="current-password"
            aria-describedby="token-hint"
          />
          <p class="hint" id="token-hint">${hint}</p>
        </div>
        <button class="button primary">${button}</button>
      </form>`,
  );
}
