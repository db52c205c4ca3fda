/**
 * Progress on stderr: on a terminal, a bar with the rate and the time left; otherwise, occasional plain lines.
 */
import type { BuildReporter } from '../build/reporter.ts';
import { withShortPaths } from '../files/short-path.ts';
import type { Unit } from '../model/convert.ts';
import { printable } from './terminal.ts';

export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const REDRAW_MS = 100;
const PLAIN_LINE_MS = 5000;
const BAR_WIDTH = 24;

export class ProgressReporter implements BuildReporter {
  readonly #out: Output;
  readonly #now: () => number;
  #name = '';
  #total = 0;
  #unit: Unit = 'photos';
  #started = 0;
  #drawnAt = 0;
  #barOnScreen = false;

  constructor(out: Output, now: () => number = () => performance.now()) {
    this.#out = out;
    this.#now = now;
  }

  stage(name: string, total = 0, unit: Unit = 'photos'): void {
    this.#clear();
    this.#name = name;
    this.#total = total;
    this.#unit = unit;
    this.#started = this.#now();
    this.#drawnAt = this.#started;
    const length = unit === 'bytes' ? `${(total / 1e6).toFixed(1)} MB` : `${total} ${unit}`;
    this.#out.write(total > 0 ? `${name} ${length}\n` : `${name}\n`);
  }

  step(done: number, reused = 0): void {
    const now = this.#now();
    const last = done === this.#total;
    if (!last && now - this.#drawnAt < (this.#out.isTTY ? REDRAW_MS : PLAIN_LINE_MS)) return;
    this.#drawnAt = now;
    const seconds = (now - this.#started) / 1000;
    const line = describeProgress(this.#name, done, this.#total, seconds, this.#unit, reused);
    if (this.#out.isTTY) {
      // On a narrow terminal, the bar is shortened, not the text.
      const columns = (this.#out.columns ?? 80) - 1;
      const width = Math.min(Math.max(columns - line.length - 1, 0), BAR_WIDTH);
      const drawn = `${bar(done / this.#total, width)} ${line}`.trimStart().slice(0, columns);
      this.#out.write(`\r\x1b[K${drawn}`);
      this.#barOnScreen = true;
      if (last) this.#endLine();
    } else {
      this.#out.write(`${line}\n`);
    }
  }

  warn(line: string): void {
    this.#clear();
    this.#out.write(`${printable(withShortPaths(line))}\n`);
  }

  /** Erases the bar before another line is written. */
  #clear(): void {
    if (this.#barOnScreen) this.#out.write('\r\x1b[K');
    this.#barOnScreen = false;
  }

  #endLine(): void {
    this.#out.write('\n');
    this.#barOnScreen = false;
  }
}

function bar(share: number, width: number): string {
  const full = Math.round(share * width);
  return `${'█'.repeat(full)}${'░'.repeat(width - full)}`;
}

export function describeProgress(
  name: string,
  done: number,
  total: number,
  seconds: number,
  unit: Unit = 'photos',
  reused = 0,
): string {
  const rate = seconds > 0 ? done / seconds : 0;
  const left = rate > 0 ? (total - done) / rate : 0;
  const time = done === total ? `in ${duration(seconds)}` : `${duration(left)} left`;
  if (unit === 'bytes') {
    const mega = (bytes: number) => (bytes / 1e6).toFixed(1);
    return `${name} ${mega(done)}/${mega(total)} MB, ${mega(rate)} MB/s, ${time}`;
  }
  const taken = reused > 0 ? `, ${reused} reused` : '';
  return `${name} ${done}/${total}${taken}, ${rate.toFixed(rate < 10 ? 1 : 0)}/s, ${time}`;
}

export function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${whole % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
