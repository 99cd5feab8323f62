import type { PresentState } from "../../operator/present-state.ts";
import type { StateCount } from "../../operator/search.ts";
import { html, type SafeHtml } from "../html.ts";
import { readableDuration, readableNumber } from "../readable.ts";
import { DESK_PATH, deskAddress, deskTexts, hidden, NUMBERS_PATH } from "./frame.ts";
import { renderDesk, type DeskFrame } from "./frame.ts";

/** What the list is narrowed to, as it stands in the address. */
export interface NumbersFilter {
  readonly status?: string | undefined;
  readonly waitingFor?: string | undefined;
  readonly code?: string | undefined;
  readonly since?: string | undefined;
}

export interface NumbersPageView extends DeskFrame {
  readonly filter: NumbersFilter;
  /** What can be chosen; since when, in hours by the value in the address. */
  readonly choices: {
    readonly statuses: readonly string[];
    readonly awaited: readonly string[];
    readonly codes: readonly string[];
    readonly hours: Readonly<Record<string, number>>;
  };
  readonly counts: readonly StateCount[];
  readonly integrations: readonly PresentState[];
}

/** How many numbers are in each state, and the ones that changed last. */
export function renderNumbersPage(view: NumbersPageView): string {
  const { numbers } = deskTexts(view.locale);
  const { counts, integrations } = view;
  const content = html` <h1>${numbers.title}</h1>
    ${renderFilter(view)}
    ${
      counts.length === 0
        ? html`<p>${numbers.none}</p>`
        : html`${renderCounts(view)} ${renderList(view, integrations)}`
    }`;
  return renderDesk(view, numbers.title, content);
}

function renderFilter(view: NumbersPageView): SafeHtml {
  const { numbers, statuses, awaited } = deskTexts(view.locale);
  const { filter, choices, locale, chosen: lang } = view;
  const hours = Object.entries(choices.hours).map(([value, count]): [string, string] => {
    return [value, readableDuration(count * 3600, locale)];
  });
  const named = (names: readonly string[], words: Readonly<Record<string, string>>) =>
    names.map((name): [string, string] => [name, words[name] ?? name]);
  return html`<form method="get" action="${NUMBERS_PATH}" class="filter">
    ${hidden({ lang })}
    ${renderSelect(view, "status", numbers.state, named(choices.statuses, statuses), filter.status)}
    ${renderSelect(
      view,
      "waitingFor",
      numbers.awaited,
      named(choices.awaited, awaited),
      filter.waitingFor,
    )}
    ${renderSelect(view, "code", numbers.code, named(choices.codes, {}), filter.code)}
    ${renderSelect(view, "since", numbers.changed, hours, filter.since)}
    <button class="button primary">${numbers.button}</button>
  </form>`;
}

function renderSelect(
  { locale }: DeskFrame,
  name: string,
  label: string,
  options: readonly [string, string][],
  selected: string | undefined,
): SafeHtml {
  return html`<div>
    <label for="${name}">${label}</label>
    <select id="${name}" name="${name}">
      <option value="">${deskTexts(locale).numbers.any}</option>
      ${options.map(
        ([value, words]) =>
          html`<option value="${value}" ${value === selected ? html`selected` : undefined}>
            ${words}
          </option>`,
      )}
    </select>
  </div>`;
}

function renderCounts(view: NumbersPageView): SafeHtml {
  const { numbers, statuses, awaited } = deskTexts(view.locale);
  const rows = view.counts.map(({ status, waitingFor, code, count }) => {
    const words = [statuses[status] ?? status, waitingFor && (awaited[waitingFor] ?? waitingFor)];
    const narrower = {
      since: view.filter.since,
      status,
      waitingFor: waitingFor ?? undefined,
      code: code ?? undefined,
    };
    return html`<tr>
      <td>${String(count)}</td>
      <td>
        <a href="${deskAddress(view, NUMBERS_PATH, narrower)}"
          >${[...words, code].filter(Boolean).join(" · ")}</a
        >
      </td>
    </tr>`;
  });
  return html`<h2>${numbers.counts}</h2>
    <table>
      <thead>
        <tr>
          <th scope="col">${numbers.count}</th>
          <th scope="col">${numbers.state}</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>`;
}

function renderList(view: NumbersPageView, integrations: readonly PresentState[]): SafeHtml {
  const { numbers, statuses, owner } = deskTexts(view.locale);
  const items = integrations.map(
    ({ integrationId: q, phoneNumber, userId, status, error }) =>
      html`<li>
        <a class="number" href="${deskAddress(view, DESK_PATH, { q })}"
          >${readableNumber(phoneNumber)}</a
        >
        <span class="said"
          >${[statuses[status] ?? status, error?.code, `${owner} ${userId}`]
            .filter(Boolean)
            .join(" · ")}</span
        >
      </li>`,
  );
  return html`<h2>${numbers.listed}</h2>
    <ul class="story">
      ${items}
    </ul>`;
}
