import type { Act } from "../../operator/acts.ts";
import { html, type SafeHtml } from "../html.ts";
import { ACT_PATH, deskTexts, hidden, type DeskFrame } from "./frame.ts";

/** A page on which something was looked for. */
export interface FoundFrame extends DeskFrame {
  readonly term: string;
}

/** The acts that apply, each closed until it is wanted. @param key tells them from those of others */
export function renderActs(
  view: FoundFrame,
  acts: readonly Act[],
  key: string,
): SafeHtml | undefined {
  if (acts.length === 0) return undefined;
  return html`<div class="acts">
    <h3>${deskTexts(view.locale).youCan}</h3>
    ${acts.map((act) => renderAct(view, act, `${key}-${act.name}`))}
  </div>`;
}

function renderAct(view: FoundFrame, { name, on }: Act, key: string): SafeHtml {
  const { acts, reason, reasonHint, confirm } = deskTexts(view.locale);
  const { label, does } = acts[name];
  const { term: q, chosen: lang } = view;
  return html`<details>
    <summary>${label}</summary>
    <form method="post" action="${ACT_PATH}">
      ${hidden({ ...on, act: name, q, lang })}
      <p>${does}</p>
      <label for="${key}">${reason}</label>
      <input
        id="${key}"
        name="reason"
        required
        maxlength="500"
        autocomplete="off"
        aria-describedby="${key}-hint"
      />
      <p class="hint" id="${key}-hint">${reasonHint}</p>
      <label class="yes"
        ><input type="checkbox" name="confirm" value="yes" required />${confirm}</label
      >
      <button class="button primary">${label}</button>
    </form>
  </details>`;
}
