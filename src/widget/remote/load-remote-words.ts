import type { RemoteMessages } from './remote-words.ts';

type WordsFor = (language: string, service: string) => RemoteMessages;

/** If the script cannot be loaded, the element says nothing about what is sent, rather than what is not true. */
const SILENT: RemoteMessages = { private: '', aboutPrivate: '', loadingWhy: '', busyProblem: '' };

let wordsFor: WordsFor | null = null;

/** Never rejects. */
export async function loadRemoteWords(): Promise<void> {
  wordsFor ??= await import('./remote-words.ts').then(
    ({ remoteWordsFor }) => remoteWordsFor,
    () => () => SILENT,
  );
}

/** @returns null until they are loaded */
export function remoteWords(language: string, service: string): RemoteMessages | null {
  return wordsFor?.(language, service) ?? null;
}
