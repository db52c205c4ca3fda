/**
 * One push of a name at a time. The lock is an index without documents, because creating an index is the one thing that
 * only one of two clients can do. A push that died leaves it behind, so its owner renews it, and it expires.
 */
import { hostname } from 'node:os';
import { isRecord } from '../../../core/check-record.ts';
import { SoutuError } from '../../../core/errors.ts';
import { HttpFault } from '../http/client.ts';
import { type Indices, WRITE } from './indices.ts';

const RENEW_MS = 20_000;
const EXPIRES_MS = 120_000;

export class PushLock {
  readonly #indices: Indices;
  readonly #path: string;
  #timer: NodeJS.Timeout | null = null;

  private constructor(indices: Indices) {
    this.#indices = indices;
    this.#path = `/${indices.address.name}.lock`;
  }

  /** @throws SoutuError `StoreError` if another push holds it */
  static async take(indices: Indices): Promise<PushLock> {
    const lock = new PushLock(indices);
    if (!(await lock.#create())) {
      await lock.#throwIfHeld();
      await indices.find('DELETE', lock.#path);
      if (!(await lock.#create())) await lock.#throwIfHeld();
    }
    lock.#timer = setInterval(() => {
      // A renewal that fails is followed by others, and by requests that report what is wrong.
      indices
        .rawRequest('PUT', `${lock.#path}/_mapping`, { _meta: lock.#meta() })
        .catch(() => undefined);
    }, RENEW_MS).unref();
    return lock;
  }

  async release(): Promise<void> {
    if (!this.#timer) return;
    clearInterval(this.#timer);
    this.#timer = null;
    await this.#indices.find('DELETE', this.#path);
  }

  /** Does not wait for the engine, which may be gone: the lock expires. */
  abandon(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
  }

  #meta() {
    return { lock: { owner: `${hostname()}, process ${process.pid}`, renewed: Date.now() } };
  }

  async #create(): Promise<boolean> {
    const body = {
      settings: { index: { number_of_shards: 1, number_of_replicas: 0 } },
      mappings: { _meta: this.#meta() },
    };
    try {
      await this.#indices.rawRequest('PUT', this.#path, body, WRITE);
      return true;
    } catch (error) {
      if (error instanceof HttpFault && /already_exists/.test(error.code)) return false;
      throw this.#indices.fault(error);
    }
  }

  async #throwIfHeld(): Promise<void> {
    const answer = await this.#indices.find('GET', `${this.#path}/_mapping`);
    const [entry] = Object.values(answer ?? {});
    const mappings = isRecord(entry) && isRecord(entry.mappings) ? entry.mappings : {};
    const meta = isRecord(mappings._meta) ? mappings._meta.lock : undefined;
    if (!isRecord(meta) || !(Date.now() - Number(meta.renewed) < EXPIRES_MS)) return;
    const { label, name } = this.#indices.address;
    throw new SoutuError(
      'StoreError',
      `${label}: another push of "${name}" is running (${meta.owner}). Wait until it has ended. If it was killed, its lock ` +
        `expires after ${EXPIRES_MS / 60_000} minutes.`,
    );
  }
}
