/** Lines through measured points, as SVG. */
import { html, type Markup } from '../../build/report/html/markup.ts';

export interface Line {
  readonly label: string;
  /** The class of its colour. */
  readonly name: 'own' | 'other' | 'third';
  readonly points: readonly Point[];
}

export interface Point {
  readonly x: number;
  readonly y: number;
  /** Drawn larger, with this text beside it. */
  readonly note?: string;
}

export interface Axis {
  readonly label: string;
  readonly isLog?: boolean;
  /** Default: from the points. */
  readonly from?: number;
  readonly to?: number;
  textOf(value: number): string;
}

const WIDTH = 720;
const HEIGHT = 280;
const LEFT = 64;
const RIGHT = 24;
const TOP = 28;
const BOTTOM = 46;

export function lineChart(lines: readonly Line[], across: Axis, up: Axis): Markup {
  const points = lines.flatMap((line) => line.points);
  const x = scaleOf(
    across,
    points.map((point) => point.x),
    LEFT,
    WIDTH - RIGHT,
  );
  const y = scaleOf(
    up,
    points.map((point) => point.y),
    HEIGHT - BOTTOM,
    TOP,
  );
  return html`<svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${describe(lines, across, up)}">
<line class="axis" x1="${LEFT}" y1="${HEIGHT - BOTTOM}" x2="${WIDTH - RIGHT}" y2="${HEIGHT - BOTTOM}"/>
${x.ticks.map((tick) => html`<text class="tick" x="${x.at(tick)}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${across.textOf(tick)}</text>`)}
${y.ticks.map((tick) => html`<line class="axis" x1="${LEFT}" y1="${y.at(tick)}" x2="${WIDTH - RIGHT}" y2="${y.at(tick)}"/><text class="tick" x="${LEFT - 8}" y="${y.at(tick) + 4}" text-anchor="end">${up.textOf(tick)}</text>`)}
<text class="tick" x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 6}" text-anchor="middle">${across.label}</text>
<text class="tick" x="${LEFT}" y="14">${up.label}</text>
${lines.map(
  ({
    name,
    points: own,
  }) => html`<polyline class="line ${name}" points="${own.map((point) => `${x.at(point.x)},${y.at(point.y)}`).join(' ')}"/>
${own.map((point) => html`<circle class="dot ${name}" cx="${x.at(point.x)}" cy="${y.at(point.y)}" r="${point.note === undefined ? 3 : 5.5}"/>${point.note === undefined ? null : noteAt(x.at(point.x), y.at(point.y), point.note)}`)}`,
)}
</svg>`;
}

export function legend(lines: readonly Line[]): Markup {
  return html`<ul class="legend">${lines.map(({ name, label }) => html`<li><span class="key ${name}"></span>${label}</li>`)}</ul>`;
}

function noteAt(x: number, y: number, note: string): Markup {
  const isEnd = x > WIDTH / 2;
  const below = y + 40 < HEIGHT - BOTTOM ? 34 : -12;
  return html`<text class="label" x="${x + (isEnd ? -2 : 2)}" y="${y + below}" text-anchor="${isEnd ? 'end' : 'start'}">${note}</text>`;
}

interface Scale {
  readonly ticks: readonly number[];
  at(value: number): number;
}

function scaleOf(axis: Axis, values: readonly number[], low: number, high: number): Scale {
  const least = axis.from ?? Math.min(...values);
  const most = axis.to ?? Math.max(...values);
  const isLog = axis.isLog === true && least > 0;
  const form = (value: number) => (isLog ? Math.log(value) : value);
  const span = form(most) - form(least) || 1;
  return {
    ticks: isLog ? logTicks(least, most) : evenTicks(least, most),
    at: (value) =>
      Math.round(10 * (low + ((form(value) - form(least)) / span) * (high - low))) / 10,
  };
}

/** About five round numbers. */
export function evenTicks(least: number, most: number): number[] {
  const rough = (most - least) / 5 || 1;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = unit * ([1, 2, 5, 10].find((factor) => factor * unit >= rough) ?? 10);
  const ticks: number[] = [];
  for (let i = Math.ceil(least / step - 1e-9); i * step <= most + step * 1e-9; i++) {
    ticks.push(Number((i * step).toPrecision(12)));
  }
  return ticks;
}

/** 1, 2 and 5 of each power of ten; 1 alone where that is many. */
export function logTicks(least: number, most: number): number[] {
  const factors = most / least > 300 ? [1] : [1, 2, 5];
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(least)); 10 ** power <= most; power++) {
    for (const factor of factors) {
      const tick = factor * 10 ** power;
      if (tick >= least && tick <= most) ticks.push(tick);
    }
  }
  return ticks.length > 1 ? ticks : [least, most];
}

function describe(lines: readonly Line[], across: Axis, up: Axis): string {
  const parts = lines.map(({ label, points }) => {
    const values = points.map(({ x, y }) => `${across.textOf(x)}: ${up.textOf(y)}`);
    return `${label}: ${values.join(', ')}`;
  });
  return `${up.label} by ${across.label}. ${parts.join('. ')}.`;
}
