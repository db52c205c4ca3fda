/** A host at the end of a bad line: its files take their time, its connections break, and it counts. */
import { existsSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';

/** What a first search has to load, without the page's own small files. */
const LOAD = /^bundle\/(items|vectors|graph|weights)-|^assets\/.*\.wasm$/;
const STEP_MS = 50;

export class SlowHost {
  readonly #folder: string;
  readonly #fileMs: number;
  readonly #open = new Set<ServerResponse>();
  readonly #sizes = new Map<string, number>();
  /** How far each file was given. */
  readonly #given = new Map<string, number>();
  /** Paths asked for, each as often as it was. */
  readonly asked: string[] = [];
  /** Bytes of bodies that were sent. */
  sent = 0;
  #isDown = false;
  readonly #held = new Set<readonly [name: string, part: number]>();

  /** @param fileMs how long each file takes, however large it is */
  constructor(folder: string, fileMs: number) {
    this.#folder = folder;
    this.#fileMs = fileMs;
  }

  /** Bytes of all files that were asked for. */
  get size(): number {
    return [...this.#sizes.values()].reduce((sum, bytes) => sum + bytes, 0);
  }

  /** How much has been sent of the file whose name begins so, 0…1. */
  partOf(name: string): number {
    const path = this.asked.find((it) => it.startsWith(name));
    return path ? (this.#given.get(path) ?? 0) / (this.#sizes.get(path) ?? 1) : 0;
  }

  /** Files whose names begin so are given only to this part of them, until the returned function is called. */
  holdAt(name: string, part: number): () => void {
    const held = [name, part] as const;
    this.#held.add(held);
    return () => this.#held.delete(held);
  }

  /** All connections break, and no new ones are answered until `comeBack`. */
  goDown(): void {
    this.#isDown = true;
    for (const response of this.#open) response.destroy();
  }

  comeBack(): void {
    this.#isDown = false;
  }

  /** For `visit`'s option of that name. */
  readonly answer = (path: string, request: IncomingMessage, response: ServerResponse): boolean => {
    if (this.#isDown) {
      response.destroy();
      return true;
    }
    if (!LOAD.test(path) || !existsSync(join(this.#folder, path))) return false;
    this.asked.push(path);
    const file = readFileSync(join(this.#folder, path));
    this.#sizes.set(path, file.length);
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    response.writeHead(from > 0 ? 206 : 200, {
      'Accept-Ranges': 'bytes',
      // The browser's own cache would hide what we do.
      'Cache-Control': 'no-store',
      'Content-Length': file.length - from,
      ...(from > 0 ? { 'Content-Range': `bytes ${from}-${file.length - 1}/${file.length}` } : {}),
      ...(path.endsWith('.wasm') ? { 'Content-Type': 'application/wasm' } : {}),
    });
    this.#give(path, response, file, from);
    return true;
  };

  #give(path: string, response: ServerResponse, file: Buffer, from: number): void {
    const step = Math.max(1, Math.ceil((file.length * STEP_MS) / Math.max(STEP_MS, this.#fileMs)));
    let at = from;
    this.#open.add(response);
    const isHeld = () =>
      [...this.#held].some(([name, part]) => path.startsWith(name) && at >= part * file.length);
    const timer = setInterval(() => {
      if (isHeld()) return;
      const bytes = file.subarray(at, at + step);
      at += bytes.length;
      this.sent += bytes.length;
      this.#given.set(path, at);
      response.write(bytes);
      if (at >= file.length) response.end();
    }, STEP_MS);
    response.on('close', () => {
      clearInterval(timer);
      this.#open.delete(response);
    });
  }
}
