import type { PresentSession, PresentState } from "../../operator/present-state.ts";
import type { StoryLine } from "../../operator/story.ts";
import { html, type SafeHtml } from "../html.ts";
import { renderFacts } from "../layout.ts";
import { readableNumber } from "../readable.ts";
import { renderActs, type FoundFrame } from "./acts.ts";
import { deskTexts, renderTime } from "./frame.ts";

/** A number: what is true, who has to act, what is next, what can be done; ids at the end. */
export function renderState(view: FoundFrame, state: PresentState, key: string): SafeHtml {
  const texts = deskTexts(view.locale);
  const { phoneNumber, status, error, next, userId, assignedTo, acts } = state;
  return html`<section class="state ${`is-${status}`}">
    <h2>${readableNumber(phoneNumber)}</h2>
    <p class="status">${texts.statuses[status] ?? status}</p>
    ${renderAwaited(view, state)}
    ${facts([
      [texts.happened, error?.detail],
      [texts.toDo, error?.action],
      [texts.next, next.at ? html`${next.what}, ${renderTime(next.at, view)}` : next.what],
      [texts.providerSaid, error?.provider],
      [texts.owner, userId],
      [texts.assignedTo, assignedTo ?? undefined],
    ])}
    ${renderActs(view, acts, key)} ${renderTechnical(view, state)}
  </section>`;
}

function renderAwaited(view: FoundFrame, state: PresentState): SafeHtml {
  const { awaited, nobodyAwaited, since } = deskTexts(view.locale);
  const { waitingFor, waitingSince } = state;
  if (waitingFor === null) return html`<p>${nobodyAwaited}.</p>`;
  const who = awaited[waitingFor] ?? waitingFor;
  if (waitingSince === null) return html`<p><b>${who}.</b></p>`;
  return html`<p><b>${who}</b>, ${since} ${renderTime(waitingSince, view)}.</p>`;
}

function renderTechnical({ locale }: FoundFrame, state: PresentState): SafeHtml {
  const { technical, ids, numbers } = deskTexts(locale);
  const { integrationId, step, senderStatus, error } = state;
  return html`<details class="fine">
    <summary>${technical}</summary>
    ${renderFacts([
      { label: ids.integration, value: integrationId },
      { label: ids.step, value: step },
      { label: ids.sender, value: senderStatus ?? undefined },
      { label: numbers.code, value: error?.code },
    ])}
  </details>`;
}

/** A signup: how far it came, and what can be done about it. */
export function renderSignup(view: FoundFrame, session: PresentSession, key: string): SafeHtml {
  const texts = deskTexts(view.locale);
  const { sessionId, userId, status, phoneNumber, expiresAt, acts } = session;
  const isOpen = acts.some(({ name }) => name === "revoke");
  return html`<section class="state">
    <h2>${texts.signup}${phoneNumber ? html`: ${readableNumber(phoneNumber)}` : undefined}</h2>
    <p class="status">${texts.signupStatuses[status] ?? status}</p>
    ${facts([
      [texts.validUntil, isOpen ? renderTime(expiresAt, view) : undefined],
      [texts.owner, userId],
    ])}
    ${renderActs(view, acts, key)}
    <p class="fine">${texts.ids.signup}: <bdi>${sessionId}</bdi></p>
  </section>`;
}

/** All that happened, in order. */
export function renderStory(view: FoundFrame, story: readonly StoryLine[]): SafeHtml | undefined {
  if (story.length === 0) return undefined;
  const { story: title, providerSaid } = deskTexts(view.locale);
  const lines = story.map(
    ({ at, what, provider }) =>
      html`<li>
        ${renderTime(at, view)} ${what}
        ${provider ? html`<span class="said">${providerSaid}: ${provider}</span>` : undefined}
      </li>`,
  );
  return html`<h2>${title}</h2>
    <ol class="story">
      ${lines}
    </ol>`;
}

function facts(rows: readonly [string, string | SafeHtml | undefined][]): SafeHtml {
  const known = rows.filter(([, value]) => value !== undefined);
  return html`<dl class="facts">
    ${known.map(
      ([label, value]) =>
        html`<div>
          <dt>${label}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}
