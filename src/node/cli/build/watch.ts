/** `soutu build --watch`: builds again whenever the photos or the files that list them change, until Ctrl+C. */
import { type FSWatcher, watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname, relative, resolve } from 'node:path';
import { messageOf, SoutuError } from '../../../core/errors.ts';
import { placesOf } from '../../build/build-places.ts';
import type { BuildOptions } from '../../build/options.ts';
import { isRemote } from '../../catalogue/photo-path.ts';
import { tell } from '../terminal.ts';

/** Copying a folder makes many changes; a build begins when none has come for so long. */
const QUIET_MS = 500;

/**
 * @param options of the builds; what they write is not watched
 * @param build reports what it did; its errors are reported, too, and the next change builds again
 * @throws SoutuError `UsageError` if the source cannot be watched; the first build's error, as it may be wrong usage
 */
export async function buildAndWatch(
  options: BuildOptions,
  build: () => Promise<void>,
): Promise<void> {
  const { photos, out } = placesOf(options);
  if (photos === null || isRemote(photos) || /^[a-z][a-z0-9+.-]+:/i.test(photos)) {
    throw new SoutuError(
      'UsageError',
      '--watch needs a folder or a file; this source is on a server.',
    );
  }
  const report = typeof options.report === 'string' ? [resolve(options.report)] : [];
  const changes = await Changes.open(await foldersOf(photos, options), [out, ...report]);
  try {
    await build();
    for (;;) {
      tell(`Watching ${photos} for changes (Ctrl+C to stop) …`);
      const changed = await changes.next();
      if (changed === null) break;
      tell(`Changed: ${changed}`);
      await build().catch((error: unknown) => {
        if (!(error instanceof SoutuError)) throw error;
        tell(`soutu build: ${messageOf(error)}`);
      });
    }
    tell('Stopped. The site stays as it is.');
  } finally {
    changes.close();
  }
}

/** A file is watched through its folder: editors replace files. Its photos are below that, or in --photo-base. */
async function foldersOf(photos: string, { photoBase }: BuildOptions): Promise<string[]> {
  const found = await stat(photos).catch(() => null);
  const source = resolve(found?.isDirectory() ? photos : dirname(photos));
  const base = photoBase === undefined || isRemote(photoBase) ? [] : [resolve(photoBase)];
  return [source, ...base];
}

class Changes {
  readonly #watchers: FSWatcher[] = [];
  readonly #ignored: readonly string[];
  readonly #names = new Set<string>();
  #onChange: () => void = () => undefined;
  #fault: unknown = null;

  private constructor(ignored: readonly string[]) {
    this.#ignored = ignored;
  }

  /** @param ignored folders that builds write */
  static async open(folders: readonly string[], ignored: readonly string[]): Promise<Changes> {
    const changes = new Changes(ignored);
    for (const folder of folders) {
      try {
        const watcher = watch(folder, { recursive: true }, (_, name) => {
          changes.#add(folder, name ?? '');
        });
        watcher.on('error', (error) => changes.#fail(error));
        changes.#watchers.push(watcher);
      } catch (error) {
        changes.close();
        throw new SoutuError('UsageError', `${folder}: cannot be watched (${messageOf(error)}).`, {
          cause: error,
        });
      }
    }
    return changes;
  }

  close(): void {
    for (const watcher of this.#watchers) watcher.close();
  }

  /**
   * Waits for changes, and until no other has come for a while. Those during a build count.
   * @returns what has changed; null after Ctrl+C
   */
  async next(): Promise<string | null> {
    let stop: () => void = () => undefined;
    const stopped = new Promise<null>((resolve) => {
      stop = () => resolve(null);
    });
    // Only between builds: during one, Ctrl+C ends the process, which removes what is not published.
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
    try {
      return await Promise.race([stopped, this.#settled()]);
    } finally {
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
      this.#onChange = () => undefined;
    }
  }

  #settled(): Promise<string> {
    return new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined;
      this.#onChange = () => {
        clearTimeout(timer);
        if (this.#fault !== null) {
          reject(
            new SoutuError(
              'UsageError',
              `Watching failed (${messageOf(this.#fault)}). Start it again.`,
            ),
          );
        } else if (this.#names.size > 0) {
          timer = setTimeout(() => resolve(this.#take()), QUIET_MS);
        }
      };
      this.#onChange();
    });
  }

  #take(): string {
    const [first = '', ...others] = this.#names;
    this.#names.clear();
    return others.length === 0 ? first : `${first} and ${others.length} more`;
  }

  #add(folder: string, name: string): void {
    const path = resolve(folder, name);
    const isOurs = this.#ignored.some(
      (own) => path === own || !/^\.\.|^[\\/]/.test(relative(own, path)),
    );
    // Hidden files are of editors and systems, and the lock of a build is one.
    if (isOurs || basename(name).startsWith('.') || name.endsWith('~')) return;
    this.#names.add(name);
    this.#onChange();
  }

  #fail(error: unknown): void {
    this.#fault ??= error;
    this.#onChange();
  }
}
