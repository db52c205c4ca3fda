/**
 * Search by a service (`soutu serve`): the photo is embedded here, only its vector is sent. Loaded by pages with
 * `remote`, in place of the index.
 */

import { bundleFile } from '../../browser/bundle-url.ts';
import { sha256 } from '../../cache/sha256.ts';
import { Bundle } from '../../core/bundle/bundle.ts';
import { identityOf } from '../../core/bundle/identity.ts';
import type { BundleSource } from '../../core/bundle/source.ts';
import type {
  CallOptions,
  CancelSignal,
  Progress,
  Query,
  QueryPart,
  SearchOptions,
  SearchResponse,
  SingleQuery,
  Weighted,
} from '../../core/contract.ts';
import type { RgbaImage } from '../../core/image/pixels.ts';
import { checkParts } from '../../core/search/check-parts.ts';
import { encodeFloats } from '../../core/text.ts';
import { embedderIn, embedderNotices } from '../../engine/answer.ts';
import { checkVector } from '../../engine/check-vector.ts';
import { embedTrimmed } from '../../engine/embed-trimmed.ts';
import type { EmbeddedFrame } from '../../engine/resolve-query.ts';
import { RunningModel } from '../../engine/running-model.ts';
import type { Runtimes } from '../../engine/search-engine.ts';
import { askService } from './ask-service.ts';
import { readResponse } from './read-response.ts';

/** One part of the query, as the service reads it, and the vector that it was made from. */
interface Sent {
  readonly part: { readonly vector: { readonly f32: string } } | { readonly id: string };
  readonly plain: Float32Array | null;
  readonly embedded: EmbeddedFrame | null;
}

export class RemoteEngine {
  readonly bundle: Bundle;
  readonly model: RunningModel;
  readonly #service: string;
  readonly #fingerprint: string;

  private constructor(bundle: Bundle, fingerprint: string, service: string, runtimes: Runtimes) {
    this.bundle = bundle;
    this.#service = service;
    this.#fingerprint = fingerprint;
    this.model = new RunningModel(
      async () => runtimes.embeddersFor(bundle.manifest.model),
      () => bundle.weights(),
      runtimes.onEngineFailure,
    );
  }

  /**
   * Reads the manifest, which names the model; no index.
   * @param service absolute URL
   */
  static async open(
    source: BundleSource,
    runtimes: Runtimes,
    service: string,
  ): Promise<RemoteEngine> {
    const bundle = await Bundle.open(source);
    const { model } = await identityOf(bundle.manifest, sha256);
    return new RemoteEngine(bundle, model, service, runtimes);
  }

  async preload(onProgress: (progress: Progress) => void = () => undefined): Promise<void> {
    if (!this.model.started) onProgress({ step: 'engine' });
    await this.model.open();
  }

  embedTrimmed(photo: RgbaImage, trim: boolean, signal?: CancelSignal): Promise<EmbeddedFrame> {
    return embedTrimmed(this.model, this.bundle.manifest, photo, trim, signal);
  }

  /**
   * @throws SoutuError as `SearchEngine.search`; `NetworkError` if the service cannot be reached; `BusyError` if it asks
   * to wait; `BundleError` if it has vectors of another model
   */
  async search(
    query: Query,
    options: SearchOptions = {},
    { signal, onProgress = () => undefined }: CallOptions = {},
  ): Promise<SearchResponse> {
    const start = performance.now();
    const isSeveral = 'several' in query;
    if (isSeveral) checkParts(query.several);
    const asked: readonly Weighted<SingleQuery>[] = isSeveral ? query.several : [query];
    const sent: Sent[] = [];
    for (const part of asked) sent.push(await this.#prepare(part, signal, onProgress));
    signal?.throwIfAborted();
    const embedded = performance.now();
    onProgress({ step: 'search' });
    const parts = sent.map(({ part }, i) => ({ ...part, weight: asked[i]?.weight ?? 1 }));
    const body = {
      query: isSeveral ? { several: parts } : sent[0]?.part,
      options,
      model: this.#fingerprint,
    };
    const answer = await askService(
      bundleFile(this.#service, 'search'),
      body,
      signal as AbortSignal,
    );
    const response = readResponse(answer, this.#service);
    const end = performance.now();
    const read = sent.findLast((one) => one.embedded)?.embedded ?? null;
    return {
      ...response,
      timings: { embed: embedded - start, search: end - embedded, total: end - start },
      engine: { ...response.engine, ...(read ? embedderIn(read) : { embedder: null }) },
      frame: isSeveral ? null : (read?.frame ?? null),
      subjects: isSeveral ? [] : (read?.subjects ?? []),
      vector: isSeveral ? null : (sent[0]?.plain ?? null),
      parts: isSeveral ? withVectors(response.parts, sent) : null,
      notices: [...(read ? embedderNotices(read) : []), ...response.notices],
    };
  }

  async dispose(): Promise<void> {
    await this.model.dispose();
  }

  async #prepare(
    query: SingleQuery,
    signal: CancelSignal | undefined,
    onProgress: (progress: Progress) => void,
  ): Promise<Sent> {
    if ('id' in query) return { part: { id: query.id }, plain: null, embedded: null };
    let embedded: EmbeddedFrame | null = null;
    if ('photo' in query) {
      await this.preload(onProgress);
      onProgress({ step: 'embed' });
      embedded = await this.embedTrimmed(query.photo, query.trim ?? true, signal);
    }
    const given = embedded?.vector ?? (query as { vector: Float32Array }).vector;
    const plain = checkVector(given, this.bundle.manifest.index.dimension);
    return { part: { vector: { f32: encodeFloats(plain) } }, plain, embedded };
  }
}

/** The service does not send back what it was given. */
function withVectors(
  parts: SearchResponse['parts'],
  sent: readonly Sent[],
): readonly QueryPart[] | null {
  return parts?.map((part, i) => ({ ...part, vector: sent[i]?.plain ?? null })) ?? null;
}
