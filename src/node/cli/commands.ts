import type { Command } from './command.ts';

interface Entry {
  /** What follows `soutu`. */
  readonly usage: string;
  /** For lists of commands. */
  readonly about: string;
  /** Commands are loaded when they are called. */
  load(): Promise<{ command: Command }>;
}

/** In the order of `soutu --help` and of src/docs/cli.md. */
export const COMMANDS: ReadonlyMap<string, Entry> = new Map<string, Entry>([
  [
    'init',
    {
      usage: 'init',
      about: 'write a config for this folder by asking',
      load: () => import('./init.ts'),
    },
  ],
  [
    'build',
    {
      usage: 'build PHOTOS --out DIR',
      about: 'build a site, or only its search index, from photos',
      load: () => import('./build.ts'),
    },
  ],
  [
    'preview',
    {
      usage: 'preview DIR',
      about: 'serve a site on this machine',
      load: () => import('./preview.ts'),
    },
  ],
  [
    'query',
    {
      usage: 'query DIR PHOTO',
      about: 'search a site from the command line',
      load: () => import('./query.ts'),
    },
  ],
  [
    'eval',
    { usage: 'eval DIR', about: 'measure how well a site finds', load: () => import('./eval.ts') },
  ],
  [
    'push',
    {
      usage: 'push DIR --to URL',
      about: 'copy a catalogue into PostgreSQL, OpenSearch or another engine of yours',
      load: () => import('./push.ts'),
    },
  ],
  [
    'serve',
    {
      usage: 'serve --store URL',
      about: 'answer the searches of pages from an engine, over HTTP',
      load: () => import('./serve.ts'),
    },
  ],
  [
    'embed',
    {
      usage: 'embed PHOTO...',
      about: 'print the vectors of photos',
      load: () => import('./embed.ts'),
    },
  ],
  [
    'model',
    {
      usage: 'model pull vgg16',
      about: 'download VGG16; also: convert, list, verify and remove models',
      load: () => import('./model.ts'),
    },
  ],
  [
    'completion',
    {
      usage: 'completion SHELL',
      about: 'complete commands and options with Tab, in bash, zsh or fish',
      load: () => import('./completion.ts'),
    },
  ],
]);
