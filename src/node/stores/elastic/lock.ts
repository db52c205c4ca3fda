/**
 * One push of a name at a time. The lock is a document of the index "NAME.lock": writes name the version that they replace
 * (`if_seq_no`), so of two pushes one fails. A push that was killed leaves it behind; so its owner renews it, and it
 * expires.
 */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { isRecord } from '../../../core/check-record.ts';
import { SoutuError } from '../../../core/errors.ts';
import { HttpFault } from '../http/client.ts';
import { lostLock } from '../lease.ts';
import type { Json } from './dialect.ts';
import { type Indices, WRITE } from './indices.ts';

const RENEW_MS = 20_000;
const EXPIRES_MS = 120_000;

/** Locks of this process that could not be given back, because the engine was gone. */
const given = new Set<unknown>();

/** What a write must replace. */
interface Version {
  readonly sequence: unknown;
  readonly term: unknown;
}

export class PushLock {
  readonly #indices: Indices;
  readonly #path: string;
  readonly #id = randomUUID();
  #version: Version | null = null;
  #timer: NodeJS.Timeout | null = null;
  #lost: SoutuError | null = null;

  private constructor(indices: Indices) {
    this.#indices = indices;
    this.#path = `/${indices.address.name}.lock`;
  }

  /** @throws SoutuError `StoreError` if another push holds it */
  static async take(indices: Indices): Promise<PushLock> {
    const lock = new PushLock(indices);
    await lock.#createIndex();
    if (!(await lock.#write('op_type=create'))) await lock.#takeOver();
    lock.#timer = setInterval(() => {
      // If another push has it, every later step of this one fails. Other errors are reported if they are still there then.
      lock.check().catch(() => undefined);
    }, RENEW_MS).unref();
    return lock;
  }

  /** Asks nobody. @throws SoutuError `StoreError` if it is known that another push took it */
  throwIfLost(): void {
    if (this.#lost) throw this.#lost;
  }

  /** Renews it. @throws SoutuError `StoreError` if another push has it now, or had it and has ended */
  async check(): Promise<void> {
    if (!this.#version) return;
    this.throwIfLost();
    if (await this.#write(replacing(this.#version))) return;
    // The answer to our own write may have been lost.
    const found = await this.#read();
    if (found?.owner === this.#id) this.#version = found.version;
    else {
      const { label, name } = this.#indices.address;
      this.#lost = found ? this.#held(found.by) : lostLock(name, label);
      throw this.#lost;
    }
  }

  async release(): Promise<void> {
    const version = this.#version;
    this.abandon();
    if (!version) return;
    try {
      await this.#indices.rawRequest(
        'DELETE',
        `${this.#path}/_doc/push?${replacing(version)}`,
        undefined,
        WRITE,
      );
    } catch (error) {
      // Another push's, or deleted by a request whose answer was lost.
      if (!isConflict(error) && !(error instanceof HttpFault && error.status === 404)) {
        throw this.#indices.fault(error);
      }
    }
  }

  /** Does not tell the engine, which may be gone: other machines wait until the lock expires. */
  abandon(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
    this.#version = null;
    given.add(this.#id);
  }

  async #takeOver(): Promise<void> {
    const found = await this.#read();
    if (found?.owner === this.#id) {
      this.#version = found.version;
      return;
    }
    const isHeld = found !== null && !isOver(found);
    const taken =
      !isHeld && (await this.#write(found ? replacing(found.version) : 'op_type=create'));
    if (!taken) throw this.#held(found?.by ?? 'unknown');
  }

  async #createIndex(): Promise<void> {
    const body = { settings: { index: { number_of_shards: 1, number_of_replicas: 0 } } };
    try {
      await this.#indices.rawRequest('PUT', this.#path, body, WRITE);
    } catch (error) {
      if (error instanceof HttpFault && /already_exists/.test(error.code)) return;
      throw this.#indices.fault(error);
    }
  }

  /** @returns false if there is another version than the one to be replaced */
  async #write(condition: string): Promise<boolean> {
    const body = { owner: this.#id, host: hostname(), process: process.pid, renewed: Date.now() };
    try {
      const path = `${this.#path}/_doc/push?${condition}`;
      const answer = await this.#indices.rawRequest('PUT', path, body, WRITE);
      this.#version = versionOf(isRecord(answer) ? answer : {});
      return true;
    } catch (error) {
      if (isConflict(error)) return false;
      throw this.#indices.fault(error);
    }
  }

  async #read() {
    const path = `${this.#path}/_mget?realtime=true`;
    const answer = await this.#indices.request('POST', path, { ids: ['push'] });
    const [found] = Array.isArray(answer.docs) ? answer.docs : [];
    if (!isRecord(found) || found.found !== true || !isRecord(found._source)) return null;
    const { owner, host, process: id, renewed } = found._source;
    return {
      version: versionOf(found),
      owner,
      renewed: Number(renewed),
      by: `${host}, process ${id}`,
    };
  }

  #held(by: string): SoutuError {
    const { label, name } = this.#indices.address;
    return new SoutuError(
      'StoreError',
      `${label}: another push of "${name}" is running (${by}). Wait until it has ended. If it was killed, its lock ` +
        `expires after ${EXPIRES_MS / 60_000} minutes, if the clocks of both machines agree.`,
    );
  }
}

/**
 * Whether the push that wrote a lock has ended. The number of its process tells nothing: containers share the name of a
 * host and not its processes.
 */
function isOver({
  owner,
  renewed,
}: {
  readonly owner: unknown;
  readonly renewed: number;
}): boolean {
  return given.has(owner) || Date.now() - renewed >= EXPIRES_MS;
}

const replacing = ({ sequence, term }: Version) => `if_seq_no=${sequence}&if_primary_term=${term}`;

const versionOf = (answer: Json): Version => ({
  sequence: answer._seq_no,
  term: answer._primary_term,
});

function isConflict(error: unknown): boolean {
  return error instanceof HttpFault && error.status === 409;
}
