/**
 * A set of files that appears all at once. Two kinds:
 *
 *     add      a new name that nothing refers to yet (content hashes): in place at once
 *     replace  a name in use (manifest.json, index.html): written aside, renamed by `publish` in the order of calls
 *
 * So all that can fail for want of space or permission happens before the first rename. Until then `discard`, a
 * signal or the end of the process removes the new files and folders.
 */
import { rmSync } from 'node:fs';
import { readFile, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SoutuError } from '../../core/errors.ts';
import {
  type Sync,
  syncFolder,
  temporaryName,
  writeAtomically,
  writeTemporary,
} from './atomic-write.ts';
import { explainNoSpace, requireSpace } from './disk-space.ts';
import { makeFolder, removeEmpty } from './make-folder.ts';
import { onExit } from './on-exit.ts';

export interface StagingOptions {
  /** Called once if the file system cannot flush. */
  warn(line: string): void;
  /** Flushes an open file or folder; tests pass one that refuses. */
  readonly sync?: Sync;
}

/** How long a process that ends waits for files that its threads are creating. */
const LATE_FILES_MS = 50;

/** Smaller files are written without a look at the free space. */
const CHECKED_BYTES = 1 << 20;

export class Staging {
  readonly #options: StagingOptions;
  readonly #newFiles = new Set<string>();
  /** Outermost first. */
  readonly #newFolders: string[] = [];
  readonly #replaced: string[] = [];
  readonly #unflushed = new Set<string>();
  readonly #stopListening: () => void;
  #hasWarned = false;

  constructor(options: StagingOptions) {
    this.#options = options;
    this.#stopListening = onExit(() => this.#removeAtEnd());
  }

  async folder(path: string): Promise<void> {
    this.#newFolders.push(...(await makeFolder(path)));
  }

  /** Does nothing if the file is there and has this content. */
  async add(path: string, content: Uint8Array): Promise<void> {
    const found = await readFile(path).catch(() => null);
    if (found?.equals(content)) return;
    // If it is there, it is a damaged file of the site in use; a failure should not undo its repair.
    if (!found) this.#newFiles.add(path);
    await this.#write(writeAtomically, path, content);
  }

  /** Readers see the new content after `publish`. Does nothing if the file has it already. */
  async replace(path: string, content: Uint8Array): Promise<void> {
    if ((await readFile(path).catch(() => null))?.equals(content)) return;
    if ((await stat(path).catch(() => null))?.isDirectory()) {
      throw new SoutuError(
        'OutputError',
        `${path}: is a folder, expected a file or nothing. Move it away, or choose another --out.`,
      );
    }
    await this.#write(writeTemporary, path, content);
    this.#newFiles.add(temporaryName(path));
    this.#replaced.push(path);
  }

  /** @throws the system's error; call `discard` then */
  async publish(): Promise<void> {
    // New files are on the disk before anything refers to them.
    await this.#flush();
    for (const path of this.#replaced.splice(0)) {
      await rename(temporaryName(path), path);
      // From now on the new files are in use. Only replacements that are still waiting may be discarded.
      const isWaiting = (file: string) => file.endsWith('.tmp');
      for (const file of this.#newFiles) if (!isWaiting(file)) this.#newFiles.delete(file);
      this.#newFiles.delete(temporaryName(path));
      this.#newFolders.length = 0;
      this.#unflushed.add(dirname(path));
    }
    this.#newFiles.clear();
    this.#newFolders.length = 0;
    this.#stopListening();
    await this.#flush();
  }

  /** Removes all that is new and not in use. */
  discard(): void {
    this.#remove();
    this.#stopListening();
  }

  async #write(write: typeof writeAtomically, path: string, content: Uint8Array): Promise<void> {
    const folder = dirname(path);
    await this.folder(folder);
    if (content.length >= CHECKED_BYTES) {
      await requireSpace(folder, content.length, 'this file needs');
    }
    this.#newFiles.add(temporaryName(path));
    try {
      this.#warnUnflushed(await write(path, content, this.#options.sync));
    } catch (error) {
      throw await explainNoSpace(error, path, content.length);
    } finally {
      this.#newFiles.delete(temporaryName(path));
    }
    this.#unflushed.add(folder);
  }

  async #flush(): Promise<void> {
    for (const folder of this.#unflushed)
      this.#warnUnflushed(await syncFolder(folder, this.#options.sync));
    this.#unflushed.clear();
  }

  #warnUnflushed(reason: string | null): void {
    if (reason === null || this.#hasWarned) return;
    this.#hasWarned = true;
    this.#options.warn(
      `The file system cannot flush to disk (${reason}). The build goes on; after a power failure in the next ` +
        'seconds, build again.',
    );
  }

  /** A thread of Node may be about to create a file that is removed here: it goes a moment later. */
  #removeAtEnd(): void {
    const files = [...this.#newFiles];
    const folders = [...this.#newFolders];
    this.#remove();
    if (!files.some((file) => file.endsWith('.tmp'))) return;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LATE_FILES_MS);
    for (const file of files) rmSync(file, { force: true });
    removeEmpty(folders);
  }

  /** Synchronous, because it also runs when the process ends. */
  #remove(): void {
    for (const file of this.#newFiles) rmSync(file, { force: true });
    this.#newFiles.clear();
    removeEmpty(this.#newFolders.splice(0));
  }
}
