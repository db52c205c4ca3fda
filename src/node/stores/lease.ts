/**
 * One push of a name at a time, in engines that cannot compare and write in one step. Who pushes is written to one place;
 * the last writer has it, and each finds out by reading what it wrote. Two pushes that begin in the same moment may both
 * believe to have it until one of them publishes, which asks again. A push that was killed leaves it behind; so its owner
 * renews it, and it expires.
 */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { SoutuError } from '../../core/errors.ts';
import { sleep } from '../../core/timeout.ts';

const RENEW_MS = 20_000;
const EXPIRES_MS = 120_000;
/** For another's write to arrive that was sent before ours. */
const SETTLE_MS = 50;

export interface LeaseRecord {
  readonly owner: string;
  /** Host and process, for messages. */
  readonly by: string;
  /** Milliseconds since 1970. */
  readonly renewed: number;
}

/** Where an engine keeps the record. Methods throw errors of ours. */
export interface LeasePlace {
  read(): Promise<LeaseRecord | null>;
  /** Replaces what is there. */
  write(record: LeaseRecord): Promise<void>;
  remove(): Promise<void>;
}

/** Leases of this process that could not be given back, because the engine was gone. */
const abandoned = new Set<string>();

export class Lease {
  readonly #place: LeasePlace;
  readonly #held: (by: string) => SoutuError;
  readonly #owner = randomUUID();
  #timer: NodeJS.Timeout | null = null;

  private constructor(place: LeasePlace, name: string, label: string) {
    this.#place = place;
    this.#held = (by) =>
      new SoutuError(
        'StoreError',
        `${label}: another push of "${name}" is running (${by}). Wait until it has ended. If it was killed, its lock ` +
          `expires after ${EXPIRES_MS / 60_000} minutes.`,
      );
  }

  /** @throws SoutuError `StoreError` if another push has it */
  static async take(place: LeasePlace, name: string, label: string): Promise<Lease> {
    const lease = new Lease(place, name, label);
    const found = await place.read();
    if (found && !isOver(found)) throw lease.#held(found.by);
    await lease.#write();
    await sleep(SETTLE_MS);
    const now = await place.read();
    if (now?.owner !== lease.#owner) throw lease.#held(now?.by ?? 'unknown');
    lease.#timer = setInterval(() => {
      // `check()` reports what is wrong, if it is still so when it matters.
      lease.check().catch(() => undefined);
    }, RENEW_MS).unref();
    return lease;
  }

  /** Renews it. @throws SoutuError `StoreError` if another push has it now */
  async check(): Promise<void> {
    if (!this.#timer) return;
    const found = await this.#place.read();
    if (found && found.owner !== this.#owner) throw this.#held(found.by);
    if (this.#timer) await this.#write();
  }

  /** Never throws: if the engine is gone, other machines wait until it expires. */
  async release(): Promise<void> {
    if (!this.#timer) return;
    clearInterval(this.#timer);
    this.#timer = null;
    abandoned.add(this.#owner);
    try {
      const found = await this.#place.read();
      if (found?.owner === this.#owner) await this.#place.remove();
    } catch {
      // See above.
    }
  }

  #write(): Promise<void> {
    const by = `${hostname()}, process ${process.pid}`;
    return this.#place.write({ owner: this.#owner, by, renewed: Date.now() });
  }
}

/** The number of a process tells nothing: containers share the name of a host and not its processes. */
function isOver({ owner, renewed }: LeaseRecord): boolean {
  return abandoned.has(owner) || Date.now() - renewed >= EXPIRES_MS;
}
