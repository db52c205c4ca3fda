/**
 * One push of a name at a time, in engines that cannot compare and write in one step. The owner of the lock is stored in one record:
 * the last writer wins, and each push finds out by reading the record again. Two pushes that begin at the same moment may
 * both think that they own it until one of them publishes, which asks again. A push that was killed leaves the lock behind;
 * so its owner renews it, and it expires.
 *
 * Times are those of the machines that push. If the clock of one is two minutes behind another's, its lock looks expired to
 * the other from the start; if it is ahead, the lock of a killed push lasts longer by as much. Both need a clock that nobody
 * sets.
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

/** What a push says that was suspended until another one took its lock and ended. */
export const lostLock = (name: string, label: string) =>
  new SoutuError(
    'StoreError',
    `${label}: this push of "${name}" was suspended for too long and lost its lock. Another push may have run meanwhile, so ` +
      'nothing more is written. Push again.',
  );

/** Leases of this process that could not be given back, because the engine was gone. */
const abandoned = new Set<string>();

export class Lease {
  readonly #place: LeasePlace;
  readonly #held: (by: string) => SoutuError;
  readonly #owner = randomUUID();
  readonly #gone: SoutuError;
  #timer: NodeJS.Timeout | null = null;
  #lost: SoutuError | null = null;

  private constructor(place: LeasePlace, name: string, label: string) {
    this.#place = place;
    this.#gone = lostLock(name, label);
    this.#held = (by) =>
      new SoutuError(
        'StoreError',
        `${label}: another push of "${name}" is running (${by}). Wait until it has ended. If it was killed, its lock ` +
          `expires after ${EXPIRES_MS / 60_000} minutes, if the clocks of both machines agree.`,
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
      // If another push has it, every later step of this one fails. Other errors are reported if they are still there then.
      lease.check().catch(() => undefined);
    }, RENEW_MS).unref();
    return lease;
  }

  /** Renews it. @throws SoutuError `StoreError` if another push has it now, or had it and has ended */
  async check(): Promise<void> {
    if (!this.#timer) return;
    this.throwIfLost();
    const found = await this.#place.read();
    if (found?.owner !== this.#owner) {
      this.#lost = found ? this.#held(found.by) : this.#gone;
      throw this.#lost;
    }
    if (this.#timer) await this.#write();
  }

  /** Asks nobody. @throws SoutuError `StoreError` if it is known that another push took it */
  throwIfLost(): void {
    if (this.#lost) throw this.#lost;
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
