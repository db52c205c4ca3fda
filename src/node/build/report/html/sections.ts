/** The sections of report.html. */
import type { Thresholds } from '../../../../core/contract.ts';
import type { IndexedItem } from '../../../../core/item.ts';
import type { ItemOutcome } from '../../outcome.ts';
import type { Analysis } from '../analysis.ts';
import { renderChart } from './chart.ts';
import { html, type Markup, type Value } from './markup.ts';
import type { Thumbs } from './thumbs.ts';

export interface Section {
  readonly id: string;
  readonly title: string;
  /** How many there are; null if it is not a list. */
  readonly count: number | null;
  readonly body: Markup;
}

export const MAX_FAILURES = 60;
export const MAX_COPIES = 24;
export const COPIES_OF_ONE = 6;
export const PHOTOS_OF_GROUP = 8;

const NO_PICTURE = html`<svg viewBox="0 0 24 24" aria-hidden="true"><rect x="3" y="4" width="18" height="16" rx="2"/><path d="M4 20 20 4"/></svg>`;

/** Failures with the same reason, apart from numbers and names, are shown together. */
export function renderFailures(
  failed: readonly ItemOutcome[],
  thumbOf: (id: string) => Markup | null,
): Section {
  const byReason = new Map<string, ItemOutcome[]>();
  for (const outcome of failed) {
    const reason = outcome.reason ?? 'no reason is known';
    const key = reason.replace(/\d+/g, 'n');
    const same = byReason.get(key);
    if (same) same.push(outcome);
    else byReason.set(key, [outcome]);
  }
  const kinds = [...byReason.values()].sort((a, b) => b.length - a.length);
  let left = MAX_FAILURES;
  const rows = kinds.map((outcomes) => {
    const visible = outcomes.slice(0, Math.max(0, Math.min(left, 18)));
    left -= visible.length;
    return html`<div class="row"><h3 dir="auto">${sentence(outcomes[0]?.reason ?? '')}</h3>
<p class="quiet">${countOf(outcomes.length, 'photo')}${outcomes.length > visible.length ? ` (${visible.length} of them here; all are in report.json)` : ''}</p>
<ul class="sheet">${visible.map(({ id, path }) => html`<li class="photo"><div class="frame">${thumbOf(id) ?? NO_PICTURE}</div><bdi class="name" title="${path}">${path}</bdi></li>`)}</ul></div>`;
  });
  return {
    id: 'failures',
    title: 'Failed',
    count: failed.length,
    body: html`<p>These photos are not in the search. A picture is that of the previous release, if it was in there. After mending
them, <code>--retry-failed</code> tries only these again.</p><div class="rows">${rows}</div>`,
  };
}

export function renderDamaged(
  damaged: readonly ItemOutcome[],
  photo: (id: string, caption: Value) => Markup,
): Section {
  return {
    id: 'damaged',
    title: 'Damaged',
    count: damaged.length,
    body: html`<p>Only a part of these files could be decoded. They are in the search with what there is of them.</p>
<ul class="sheet">${damaged.slice(0, MAX_COPIES).map(({ id, damage = '' }) => photo(id, html`<span class="quiet">${damage}</span>`))}</ul>`,
  };
}

export function renderCopies(
  copies: readonly (readonly string[])[],
  photo: (id: string) => Markup,
): Section {
  const more = copies.length - MAX_COPIES;
  return {
    id: 'copies',
    title: 'Copies of one picture',
    count: copies.length,
    body: html`<p>The same picture, perhaps in another size, compressed again or framed. Results show the best of them with “1 more
copy” below it. If the items are one thing, one of them may be enough.${more > 0 ? ` All are in report.json; ${MAX_COPIES} are here.` : ''}</p>
<div class="rows">${copies
      .slice(0, MAX_COPIES)
      .map(
        (ids) =>
          html`<div class="row"><h3>${countOf(ids.length, 'item')}</h3><ul class="sheet">${ids.slice(0, COPIES_OF_ONE).map((id) => photo(id))}</ul>${ids.length > COPIES_OF_ONE ? html`<p class="quiet">and ${ids.length - COPIES_OF_ONE} more</p>` : null}</div>`,
      )}</div>`,
  };
}

export function renderGroups({ oddGroups, oddGroupCount }: Analysis, thumbs: Thumbs): Section {
  const more = oddGroupCount - oddGroups.length;
  return {
    id: 'groups',
    title: 'Groups whose photos disagree',
    count: oddGroupCount,
    body: html`<p>A marked photo looks more like another group than like any other photo of its own. It may be in the wrong group, or
show something else, such as a detail or a package.${more > 0 ? ` The ${oddGroups.length} most doubtful groups are here.` : ''}</p>
<div class="rows">${oddGroups.map(({ name, items, odd }) => {
      const marked = new Set(odd.map(({ item }) => item.id));
      const visible = [
        ...items.filter(({ id }) => marked.has(id)),
        ...items.filter(({ id }) => !marked.has(id)),
      ].slice(0, PHOTOS_OF_GROUP);
      return html`<div class="row"><h3 dir="auto">${name}</h3>
${odd.slice(0, 3).map(({ item, own, nearest }) => html`<p><bdi>${nameOf(item)}</bdi> is nearest to <bdi>${nameOf(nearest.item)}</bdi> <span class="score">(${nearest.score.toFixed(2)}; its own group: ${own.toFixed(2)})</span></p>`)}
<ul class="sheet">${visible.map((item) => renderPhoto(item, thumbs, marked.has(item.id) ? html`<span class="quiet">looks different</span>` : null, marked.has(item.id)))}</ul></div>`;
    })}</div>`,
  };
}

export function renderOutliers({ outliers }: Analysis, thumbs: Thumbs): Section {
  return {
    id: 'outliers',
    title: 'Unlike all others',
    count: null,
    body: html`<p>The photos that are farthest from every other one, each with the nearest. That is fine for a thing that is there once.
A placeholder, a logo or a chart is better left out.</p>
<ul class="pair">${outliers.map(
      ({ item, score, nearest }) =>
        html`<li>${renderPair(item, thumbs, html`<bdi class="name">${nameOf(item)}</bdi>`)}${renderPair(nearest, thumbs, html`<span class="score">nearest: ${score.toFixed(2)}</span>`)}</li>`,
    )}</ul>`,
  };
}

export function renderScores({ own, other }: Analysis, thresholds: Thresholds): Section {
  const share = (scores: readonly number[]) =>
    Math.round((100 * scores.filter((score) => score >= thresholds.match).length) / scores.length);
  const distributions = [
    { name: 'own', label: 'Best score in the same group', scores: own } as const,
    { name: 'other', label: 'Best score in another group', scores: other } as const,
  ].filter(({ scores }) => scores.length > 0);
  return {
    id: 'scores',
    title: 'Scores',
    count: null,
    body: html`<p>How near each photo comes to the others. From <b>match</b> on, visitors read “likely match”; if nothing reaches
<b>related</b>, they read “Nothing very similar here”.${own.length === 0 ? ' No group has two photos, so there is nothing to compare within groups.' : ''}</p>
<div class="scroll">${renderChart(distributions, thresholds)}</div>
<ul class="legend">${distributions.map(
      ({ name, label, scores }) =>
        html`<li><span class="key ${name}"></span>${label}: ${share(scores)} % at or above match (${scores.length} photos)</li>`,
    )}</ul>`,
  };
}

export function renderQueries(
  { queries }: Analysis,
  { match }: Thresholds,
  thumbs: Thumbs,
): Section {
  return {
    id: 'queries',
    title: 'Sample searches',
    count: null,
    body: html`<p>Searches with photos of the catalogue, among all the others. Scores in green are matches.</p>
<div class="rows">${queries.map(
      ({ item, hits }) =>
        html`<div class="row query">${renderPair(item, thumbs, html`<bdi class="name">${nameOf(item)}</bdi>`)}
<ul class="sheet">${hits.map((hit) => renderPhoto(hit.item, thumbs, html`<span class="score${hit.score >= match ? ' match' : ''}">${hit.score.toFixed(2)}</span>`))}</ul></div>`,
    )}</div>`,
  };
}

export function renderPhoto(
  item: IndexedItem,
  thumbs: Thumbs,
  caption: Value = null,
  isOdd = false,
): Markup {
  const picture = thumbs.of(item) ?? NO_PICTURE;
  return html`<li class="photo"><div class="frame${isOdd ? ' odd' : ''}">${picture}</div><bdi class="name" title="${item.id}">${nameOf(item)}</bdi>${caption}</li>`;
}

function renderPair(item: IndexedItem, thumbs: Thumbs, caption: Markup): Markup {
  return html`<div class="photo"><div class="frame">${thumbs.of(item) ?? NO_PICTURE}</div>${caption}</div>`;
}

function nameOf({ title, id }: IndexedItem): string {
  return title ?? id;
}

export function countOf(count: number, what: string): string {
  return `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`;
}

/** Reasons are ends of sentences. */
function sentence(reason: string): string {
  return reason.charAt(0).toUpperCase() + reason.slice(1);
}
