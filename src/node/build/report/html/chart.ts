/** Two distributions of scores with the two thresholds, as SVG. */
import type { Thresholds } from '../../../../core/contract.ts';
import { html, type Markup } from './markup.ts';

const WIDTH = 720;
const HEIGHT = 240;
const LEFT = 8;
const RIGHT = 8;
const TOP = 34;
const BOTTOM = 26;
const BINS = 44;

export interface Distribution {
  /** The class of its colour. */
  readonly name: 'own' | 'other' | 'third';
  readonly label: string;
  readonly scores: readonly number[];
}

export function renderChart(
  distributions: readonly Distribution[],
  { match, related }: Thresholds,
): Markup {
  const all = distributions.flatMap(({ scores }) => [...scores]);
  const low = Math.max(-1, Math.floor(10 * Math.min(related, ...extent(all)) - 0.5) / 10);
  const x = (score: number) => round(LEFT + ((score - low) / (1 - low)) * (WIDTH - LEFT - RIGHT));
  const bins = distributions.map(({ scores }) => binned(scores, low));
  const most = Math.max(1e-9, ...bins.flat());
  const floor = HEIGHT - BOTTOM;
  const y = (share: number) => round(floor - (share / most) * (floor - TOP));
  const ticks = Array.from({ length: 21 }, (_, i) => i / 10 - 1).filter(
    (tick) => tick >= low - 1e-9,
  );
  const every = ticks.length > 12 ? 2 : 1;
  return html`<svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${describe(distributions, { match, related })}">
<line class="axis" x1="${LEFT}" y1="${floor}" x2="${WIDTH - RIGHT}" y2="${floor}"/>
${ticks
  .filter((_, i) => i % every === 0)
  .map(
    (tick) =>
      html`<text class="tick" x="${x(tick)}" y="${HEIGHT - 8}" text-anchor="${anchorAt(tick, low)}">${tick.toFixed(1)}</text>`,
  )}
${distributions.map(
  ({ name }, i) =>
    html`<path class="area ${name}" d="${pathOf(bins[i] ?? [], (bin) => x(low + (bin / BINS) * (1 - low)), y, floor)}"/>`,
)}
${threshold('related', related, x(related), floor, x(match) - x(related) < 150)}
${threshold('match', match, x(match), floor, false)}
</svg>`;
}

function anchorAt(tick: number, low: number): string {
  if (tick <= low + 1e-9) return 'start';
  return tick >= 1 - 1e-9 ? 'end' : 'middle';
}

function threshold(
  name: string,
  score: number,
  at: number,
  floor: number,
  isLeft: boolean,
): Markup {
  const isEnd = isLeft || at > WIDTH * 0.8;
  return html`<line class="threshold" x1="${at}" y1="14" x2="${at}" y2="${floor}"/><text class="label" x="${at + (isEnd ? -6 : 6)}" y="20" text-anchor="${isEnd ? 'end' : 'start'}">${name} ${score.toFixed(2)}</text>`;
}

function pathOf(
  shares: readonly number[],
  x: (bin: number) => number,
  y: (share: number) => number,
  floor: number,
): string {
  const steps = shares.map((share, bin) => `H${x(bin)}V${y(share)}H${x(bin + 1)}`);
  return `M${x(0)} ${floor}${steps.join('')}V${floor}Z`;
}

/** The share of the scores in each bin. */
function binned(scores: readonly number[], low: number): number[] {
  const bins = new Array<number>(BINS).fill(0);
  for (const score of scores) {
    const bin = Math.floor(((score - low) / (1 - low)) * BINS);
    const at = Math.max(0, Math.min(BINS - 1, bin));
    bins[at] = (bins[at] as number) + 1 / scores.length;
  }
  return bins;
}

function describe(distributions: readonly Distribution[], { match, related }: Thresholds): string {
  const parts = distributions.map(({ label, scores }) => {
    const above = scores.filter((score) => score >= match).length;
    const share = scores.length === 0 ? 0 : Math.round((100 * above) / scores.length);
    return `${label}: ${share} percent at or above match`;
  });
  return `Scores. Related ${related.toFixed(2)}, match ${match.toFixed(2)}. ${parts.join('. ')}.`;
}

function extent(values: readonly number[]): readonly number[] {
  return values.length > 0 ? [values.reduce((a, b) => Math.min(a, b))] : [];
}

function round(value: number): number {
  return Math.round(10 * value) / 10;
}
