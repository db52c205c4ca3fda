/** A bundle on disk as a store, for `soutu serve DIR`: each build that is published there becomes the next release. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { identityOf } from '../../core/bundle/identity.ts';
import { MANIFEST_FILE } from '../../core/bundle/manifest.ts';
import { releaseManifestOf } from '../../core/bundle/release-manifest.ts';
import { MissingFileError, ReleaseGoneError, SoutuError } from '../../core/errors.ts';
import type { Retriever } from '../../engine/retriever.ts';
import { SearchEngine } from '../../engine/search-engine.ts';
import { sha256 } from '../files/sha256.ts';
import { openFolderSource } from '../search/folder-source.ts';
import type { ReleaseInfo, Store } from '../stores/store.ts';

interface Opened {
  readonly info: ReleaseInfo;
  readonly retriever: Retriever;
}

export class FolderStore implements Store {
  readonly kind = 'folder';
  readonly label: string;
  readonly #folder: string;
  /** The newest; a retriever that was handed out lives on without its files, which are in memory. */
  #opened: Opened | null = null;

  constructor(folder: string) {
    this.label = folder;
    this.#folder = folder;
  }

  plan(): string {
    return `${this.label}: written by soutu build`;
  }

  /** @throws SoutuError `BundleError` */
  async current(): Promise<ReleaseInfo> {
    for (;;) {
      const source = await openFolderSource(this.#folder);
      const release = await releaseIn(source.where);
      if (this.#opened?.info.release === release) return this.#opened.info;
      const engine = await SearchEngine.open(source, { embeddersFor: refuse });
      // A build may have been published between the two readings.
      if ((await releaseIn(source.where)) !== release) continue;
      const info = await releaseOf(release, engine);
      this.#opened = { info, retriever: engine.retriever };
      return info;
    }
  }

  async releases(): Promise<readonly ReleaseInfo[]> {
    return [await this.current()];
  }

  begin(): Promise<never> {
    return refuse();
  }

  drop(): Promise<never> {
    return refuse();
  }

  async retriever({ release }: ReleaseInfo): Promise<Retriever> {
    const opened = this.#opened;
    if (opened?.info.release !== release) {
      throw new ReleaseGoneError(`${this.label}: release ${release} was replaced by a new build.`);
    }
    const { retriever } = opened;
    return {
      count: retriever.count,
      dimension: retriever.dimension,
      can: retriever.can,
      laterPage: retriever.laterPage,
      hasCopies: retriever.hasCopies === true,
      nearest: (...args) => pinned(() => retriever.nearest(...args)),
      get: (...args) => pinned(() => retriever.get(...args)),
      items: (...args) => pinned(() => retriever.items(...args)),
      facets: () => retriever.facets(),
      numeric: () => retriever.numeric(),
      dispose: () => undefined,
    };
  }

  async close(): Promise<void> {
    this.#opened?.retriever.dispose();
    this.#opened = null;
  }
}

/** What a store would know of a release, from its bundle. */
export async function releaseOf(
  release: string,
  { bundle: { manifest }, retriever }: SearchEngine,
): Promise<ReleaseInfo> {
  return {
    release,
    count: retriever.count,
    ...(await identityOf(manifest, sha256)),
    manifest: JSON.stringify(releaseManifestOf(manifest)),
    facets: await retriever.facets(),
    numeric: await retriever.numeric(),
    hasCopies: retriever.hasCopies === true,
  };
}

async function releaseIn(bundle: string): Promise<string> {
  return sha256(await readFile(join(bundle, MANIFEST_FILE))).slice(0, 16);
}

/** Files that are read on demand (the graph, titles) may be deleted by a later build. */
async function pinned<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof MissingFileError)) throw error;
    throw new ReleaseGoneError(error.message, { cause: error });
  }
}

async function refuse(): Promise<never> {
  throw new SoutuError(
    'StoreError',
    'A folder is changed by soutu build only. To write to an engine, push to its address.',
  );
}
