/** report.html: what a build found out, as one file without scripts or anything to load. */
import type { IndexedItem } from '../../../../core/item.ts';
import type { ItemOutcome } from '../../outcome.ts';
import { countsOf, type ReportHead } from '../report-json.ts';
import { documentOf } from './document.ts';
import { html, Markup } from './markup.ts';
import { REPORT_MARK, type Release } from './page-parts.ts';
import {
  COPIES_OF_ONE,
  MAX_COPIES,
  MAX_FAILURES,
  PHOTOS_OF_GROUP,
  renderCopies,
  renderDamaged,
  renderFailures,
  renderGroups,
  renderOutliers,
  renderPhoto,
  renderQueries,
  renderScores,
  type Section,
} from './sections.ts';
import { Thumbs } from './thumbs.ts';

export interface ReportContent {
  readonly title: string;
  readonly head: ReportHead;
  readonly outcomes: readonly ItemOutcome[];
  /** null if nothing is published, or the release is the one before */
  readonly release: Release | null;
  /** The items of the previous release, for the pictures of photos that fail now. */
  readonly before: readonly IndexedItem[];
  /** The bundle's folder, with its thumbnails. */
  readonly folder: string;
}

export async function renderReport(content: ReportContent): Promise<string> {
  const { title, head, outcomes, release, before, folder } = content;
  const counts = countsOf(outcomes);
  const byId = new Map<string, IndexedItem>();
  for (const item of [...before, ...(release?.items ?? [])]) byId.set(item.id, item);
  const failed = outcomes.filter(({ status }) => status === 'failed');
  const damaged = outcomes.filter(({ damage }) => damage !== undefined);
  const copies = head.copies ?? [];
  const thumbs = await Thumbs.read(folder, picturesOf(content, failed, damaged, byId));
  const photo = (id: string, caption: Markup | string | null = null) =>
    renderPhoto(byId.get(id) ?? { id, image: '' }, thumbs, caption);
  const sections: Section[] = [
    ...(failed.length > 0
      ? [
          renderFailures(failed, (id) =>
            thumbs.of(byId.get(id) ?? ({ id, image: '' } as IndexedItem)),
          ),
        ]
      : []),
    ...(damaged.length > 0
      ? [renderDamaged(damaged, (id, caption) => photo(id, caption as Markup))]
      : []),
    ...(copies.length > 0 ? [renderCopies(copies, photo)] : []),
  ];
  if (release) {
    const { analysis, thresholds } = release;
    if (analysis.oddGroupCount > 0) sections.push(renderGroups(analysis, thumbs));
    if (analysis.outliers.length > 0) sections.push(renderOutliers(analysis, thumbs));
    if (analysis.own.length + analysis.other.length > 0) {
      sections.push(renderScores(analysis, thresholds));
      sections.push(renderQueries(analysis, thresholds, thumbs));
    }
  }
  const facts: [label: string, value: number, isBad?: boolean][] = [
    ['photos', counts.photos],
    ...(release ? [['in the search', release.items.length] as [string, number]] : []),
    ['unchanged', counts.unchanged],
    ['failed', counts.failed, counts.failed > 0],
    ...(counts.damaged > 0 ? [['damaged', counts.damaged] as [string, number]] : []),
    ['copies', copies.reduce((sum, ids) => sum + ids.length - 1, 0)],
  ];
  const body = html`<div class="wrap"><header>
<p class="eyebrow">Build report</p>
<h1 dir="auto">${title}</h1>
<p class="quiet">${dateOf(head.built)}${release ? `, model ${release.model}` : ''}, in ${head.seconds.toFixed(head.seconds < 10 ? 1 : 0)} s</p>
${head.problem === undefined ? null : html`<p class="problem">${head.problem} Nothing was published: the previous release stays as it is.</p>`}
<dl class="facts">${facts.map(([label, value, isBad = false]) => html`<div${isBad ? html` class="bad"` : null}><dt>${label}</dt><dd>${value.toLocaleString('en')}</dd></div>`)}</dl>
${sections.length > 1 ? html`<nav aria-label="Sections"><ul>${sections.map(({ id, title: name }) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>` : null}
</header>
<main>${failed.length === 0 ? html`<section><h2>Failed</h2><p>Nothing: every photo could be used.</p></section>` : null}
${sections.map(({ id, title: name, count, body: inside }) => html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${name}${count === null ? null : html`<span class="count">${count.toLocaleString('en')}</span>`}</h2>${inside}</section>`)}
</main>
<footer><p>Every item with its outcome is in report.json. This page loads nothing and holds small copies of pictures that the search shows
anyway; leave it out of a published site with <code>--no-report</code>, or put it elsewhere with <code>--report FOLDER</code>.</p></footer></div>`;
  return documentOf(`Build report: ${title}`, body, new Markup(REPORT_MARK));
}

/** The pictures of the page, the most important first: those that do not fit are left out. */
function* picturesOf(
  { head, release }: ReportContent,
  failed: readonly ItemOutcome[],
  damaged: readonly ItemOutcome[],
  byId: ReadonlyMap<string, IndexedItem>,
): Generator<IndexedItem> {
  const ids = [
    ...failed.slice(0, MAX_FAILURES).map(({ id }) => id),
    ...damaged.slice(0, MAX_COPIES).map(({ id }) => id),
  ];
  for (const id of ids) {
    const item = byId.get(id);
    if (item) yield item;
  }
  if (!release) return;
  const { oddGroups, outliers, queries } = release.analysis;
  for (const { item, hits } of queries) yield* [item, ...hits.map((hit) => hit.item)];
  for (const { item, nearest } of outliers) yield* [item, nearest];
  for (const { odd, items } of oddGroups) {
    yield* odd.map(({ item }) => item);
    yield* items.slice(0, PHOTOS_OF_GROUP);
  }
  for (const set of (head.copies ?? []).slice(0, MAX_COPIES)) {
    for (const id of set.slice(0, COPIES_OF_ONE)) {
      const item = byId.get(id);
      if (item) yield item;
    }
  }
}

function dateOf(built: string): string {
  return `${built.slice(0, 10)}, ${built.slice(11, 16)} UTC`;
}
