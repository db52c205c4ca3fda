import type { Command } from './command.ts';

interface Entry {
  /** For lists of commands. */
  readonly about: string;
  /** Commands are loaded when they are called. */
  load(): Promise<{ command: Command }>;
}

export const COMMANDS: ReadonlyMap<string, Entry> = new Map<string, Entry>([
  ['init', { about: 'write a config for this folder by asking', load: () => import('./init.ts') }],
  [
    'build',
    { about: 'build a site or its search index from photos', load: () => import('./build.ts') },
  ],
  ['push', { about: 'copy a catalogue into an engine of yours', load: () => import('./push.ts') }],
  ['query', { about: 'search from the command line', load: () => import('./query.ts') }],
  ['embed', { about: 'print the vectors of photos', load: () => import('./embed.ts') }],
  ['eval', { about: 'measure how well a site finds', load: () => import('./eval.ts') }],
  ['preview', { about: 'serve a site on this machine', load: () => import('./preview.ts') }],
  ['serve', { about: 'answer searches over HTTP', load: () => import('./serve.ts') }],
  ['model', { about: 'download, convert and remove models', load: () => import('./model.ts') }],
  [
    'completion',
    { about: 'complete commands and options with Tab', load: () => import('./completion.ts') },
  ],
]);
