/** The page of `soutu eval --page`: what was measured, with plots. */
import type { Thresholds } from '../../../core/contract.ts';
import { type Distribution, renderChart } from '../../build/report/html/chart.ts';
import { documentOf } from '../../build/report/html/document.ts';
import { html, type Markup } from '../../build/report/html/markup.ts';
import type { BestScores } from '../bands.ts';
import type { ColdSearches } from '../cold-search.ts';
import type { GrowthPoint } from '../growth.ts';
import type { IndexRecall } from '../index-recall.ts';
import type { EvalResult } from '../leave-one-out.ts';
import type { CurvePoint } from '../recall-curve.ts';
import { type Axis, type Line, legend, lineChart } from './line-chart.ts';
import { sizeOf } from './size-of.ts';

export interface EvalPage {
  readonly title: string;
  readonly items: number;
  /** The kind of index as the manifest names it. */
  readonly index: string;
  /** Null if no group has two photos. */
  readonly groups: Pick<EvalResult, 'queries' | 'answerable' | 'top1' | 'mAP'> | null;
  readonly recall: IndexRecall;
  readonly cold: ColdSearches;
  /** Recall by bytes of an index in parts; null for other indexes, which a search downloads as a whole. */
  readonly curve: readonly CurvePoint[] | null;
  /** Empty if the catalogue is too small. */
  readonly growth: readonly GrowthPoint[];
  /** The recall for which the indexes of `growth` were made. */
  readonly growthRecall: number;
  readonly thresholds: Thresholds;
  readonly scores: BestScores;
}

export function renderEvalPage(page: EvalPage): string {
  const { title, items, index, groups, recall, cold } = page;
  const facts: [string, string][] = [
    ['items', items.toLocaleString('en')],
    ['recall@10', recall.recall10.toFixed(3)],
    ['a first search', sizeOf(cold.bytes.median)],
    ['requests', String(cold.requests.median)],
    ...(groups
      ? ([
          ['top-1', groups.top1.toFixed(3)],
          ['mAP', groups.mAP.toFixed(3)],
        ] as [string, string][])
      : []),
  ];
  const body = html`<div class="wrap"><header>
<p class="eyebrow">Evaluation</p>
<h1 dir="auto">${title}</h1>
<p class="quiet">Index: ${index}. ${recall.queries.toLocaleString('en')} photos of the catalogue were searched, each without itself.</p>
<dl class="facts">${facts.map(([label, value]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>
</header>
<main>${recallSection(page)}${growthSection(page)}${scoresSection(page)}</main></div>`;
  return documentOf(`Evaluation: ${title}`, body);
}

const RECALL: Axis = {
  label: 'recall@10',
  to: 1,
  textOf: (value) => value.toFixed(value > 0.99 && value < 1 ? 3 : 2),
};
const BYTES: Axis = { label: 'bytes of a first search', textOf: sizeOf };

function recallSection({ recall, cold, curve }: EvalPage): Markup {
  const depths = html`A search finds ${recall.recall1.toFixed(3)} of the nearest item by the exact vectors, ${recall.recall10.toFixed(3)} of the ten nearest and ${recall.recall50.toFixed(3)} of the fifty nearest.`;
  const costs = html`A first search downloads ${sizeOf(cold.bytes.median)} (95 of 100 searches at most ${sizeOf(cold.bytes.p95)}) in ${cold.requests.median} requests.`;
  if (!curve) {
    return section(
      'recall',
      'Recall',
      html`<p>${depths}</p><p>${costs} The whole index is downloaded, so every search costs the same.</p>`,
    );
  }
  const line: Line = {
    label: 'Fewer and more shards',
    name: 'own',
    points: curve.map(({ most, isChosen, bytes, recall10 }) => ({
      ...{ x: bytes, y: recall10 },
      ...(isChosen ? { note: `the build's choice: at most ${most} shards` } : {}),
    })),
  };
  return section(
    'recall',
    'Recall against bytes',
    html`<p>${depths}</p><p>${costs} Each point is the same index, read with another number of shards.</p>
<div class="scroll">${lineChart([line], BYTES, RECALL)}</div>`,
  );
}

function growthSection({ growth, growthRecall }: EvalPage): Markup | null {
  if (growth.length < 2) return null;
  const lineOf = (
    label: string,
    name: Line['name'],
    kind: 'vectors' | 'codes' | 'parts',
  ): Line => ({
    ...{ label, name },
    points: growth.flatMap(({ items, [kind]: bytes }) =>
      bytes === null ? [] : [{ x: items, y: bytes }],
    ),
  });
  const lines = [
    lineOf('Vectors (flat)', 'other', 'vectors'),
    lineOf('Codes in whole files', 'own', 'codes'),
    lineOf('Codes in parts', 'third', 'parts'),
  ].filter(({ points }) => points.length > 0);
  return section(
    'growth',
    'Bytes against the size of the catalogue',
    html`<p>What a first search downloads of each kind of index, made of a part of this catalogue for a recall@10 of ${growthRecall}.
Ids and attributes come on top.</p>
<div class="scroll">${lineChart(lines, { label: 'items', isLog: true, textOf: (value) => value.toLocaleString('en') }, { ...BYTES, isLog: true })}</div>${legend(lines)}`,
  );
}

function scoresSection({ scores, thresholds }: EvalPage): Markup | null {
  const share = (values: readonly number[]) =>
    Math.round((100 * values.filter((score) => score >= thresholds.match).length) / values.length);
  const all: Distribution[] = [
    { name: 'own', label: 'Best score in the same group', scores: scores.own },
    { name: 'other', label: 'Best score in another group', scores: scores.other },
    { name: 'third', label: 'Best score of photos of other things', scores: scores.far },
  ];
  const shown = all.filter((one) => one.scores.length > 0);
  if (shown.length === 0) return null;
  return section(
    'scores',
    'Scores',
    html`<p>The best hit of each photo. From <b>match</b> on, visitors read “likely match”; if nothing reaches <b>related</b>, they read
“Nothing very similar here”.</p>
<div class="scroll">${renderChart(shown, thresholds)}</div>
<ul class="legend">${shown.map(({ name, label, scores: own }) => html`<li><span class="key ${name}"></span>${label}: ${share(own)} % at or above match (${own.length} photos)</li>`)}</ul>`,
  );
}

function section(id: string, title: string, inside: Markup): Markup {
  return html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>${inside}</section>`;
}
