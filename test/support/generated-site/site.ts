import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** What a template expects of one of its pictures. */
export interface Expected {
  /** The file that must be chosen. */
  readonly image: string;
  readonly title: string;
  /** Its own page. */
  readonly url: string;
  readonly group?: string;
  readonly price?: number;
}

/** A site in memory: pages and pictures as its generator would write them, and what a search of it must find. */
export class GeneratedSite {
  readonly files = new Map<string, string | Uint8Array>();
  readonly expected = new Map<string, Expected>();
  pages = 0;

  page(path: string, html: string): void {
    this.pages++;
    this.files.set(path, html);
  }

  async write(folder: string): Promise<void> {
    for (const [path, content] of this.files) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    }
  }
}

const WORDS = ['Oak', 'Linen', 'Copper', 'Slate', 'Willow', 'Amber', 'Cobalt', 'Birch', 'Marble'];
const THINGS = ['chair', 'lamp', 'vase', 'bowl', 'bench', 'mirror', 'rug', 'shelf', 'jug'];

export function nameOf(random: () => number, index: number): string {
  const pick = (list: readonly string[]) => list[Math.floor(random() * list.length)] as string;
  return `${pick(WORDS)} ${pick(THINGS)} ${index}`;
}

export const slugOf = (name: string): string => name.toLowerCase().replaceAll(' ', '-');
