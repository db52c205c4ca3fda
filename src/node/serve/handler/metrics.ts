/** Counters in Prometheus' text format (version 0.0.4). */
import type { ReleaseInfo } from '../../stores/store.ts';

/** Upper bounds in seconds. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

class Histogram {
  readonly #counts = new Array<number>(BUCKETS.length).fill(0);
  #sum = 0;
  #count = 0;

  observe(seconds: number): void {
    this.#sum += seconds;
    this.#count++;
    const at = BUCKETS.findIndex((bound) => seconds <= bound);
    if (at >= 0) this.#counts[at] = (this.#counts[at] as number) + 1;
  }

  /** Prometheus' buckets are cumulative. */
  lines(name: string, about: string): string[] {
    let below = 0;
    const buckets = BUCKETS.map((bound, i) => {
      below += this.#counts[i] as number;
      return `${name}_bucket{le="${bound}"} ${below}`;
    });
    return [
      `# HELP ${name} ${about}`,
      `# TYPE ${name} histogram`,
      ...buckets,
      `${name}_bucket{le="+Inf"} ${this.#count}`,
      `${name}_sum ${this.#sum}`,
      `${name}_count ${this.#count}`,
    ];
  }
}

export class Metrics {
  inFlight = 0;
  readonly #requests = new Map<string, number>();
  readonly #latency = new Histogram();
  readonly #engine = new Histogram();

  /** @param seconds from the request to its answer */
  answered(route: string, status: number, seconds: number): void {
    const labels = `route="${route}",status="${status}"`;
    this.#requests.set(labels, (this.#requests.get(labels) ?? 0) + 1);
    if (route === 'search') this.#latency.observe(seconds);
  }

  /** One search in the engine, with the loading of its hits. */
  searched(seconds: number): void {
    this.#engine.observe(seconds);
  }

  text(release: ReleaseInfo | null): string {
    const requests = [...this.#requests].map(
      ([labels, count]) => `soutu_requests_total{${labels}} ${count}`,
    );
    const lines = [
      '# HELP soutu_requests_total Answered requests by route and HTTP status.',
      '# TYPE soutu_requests_total counter',
      ...requests,
      ...this.#latency.lines(
        'soutu_request_duration_seconds',
        'Seconds from a search request to its answer.',
      ),
      ...this.#engine.lines(
        'soutu_engine_duration_seconds',
        'Seconds that the engine took for a search, with the items of its hits.',
      ),
      '# HELP soutu_requests_in_flight Searches that wait for their answer.',
      '# TYPE soutu_requests_in_flight gauge',
      `soutu_requests_in_flight ${this.inFlight}`,
    ];
    if (release) {
      lines.push(
        '# HELP soutu_release_info The release that answers.',
        '# TYPE soutu_release_info gauge',
        `soutu_release_info{release="${escaped(release.release)}",model="${escaped(release.model)}"} 1`,
        '# HELP soutu_release_items Items of the release that answers.',
        '# TYPE soutu_release_items gauge',
        `soutu_release_items ${release.count}`,
      );
    }
    return `${lines.join('\n')}\n`;
  }
}

function escaped(label: string): string {
  return label.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n');
}
