import type { RemoteMessages } from './remote-words.ts';

type WordsFor = (language: string, service: string) => RemoteMessages;

/** If the script cannot be loaded, the element says nothing about what is sent, rather than what is not true. */
const SILENT: RemoteMessages = { private: '', aboutPrivate: '', loadingWhy: '', busyProblem: '' };

let wordsFor: WordsFor | null = null;
let failed = false;

/** Never rejects. A script that failed is tried again by the next element, or with the next language. */
export async function loadRemoteWords(): Promise<void> {
  failed = false;
  try {
    wordsFor ??= (await import('./remote-words.ts')).remoteWordsFor;
  } catch {
    failed = true;
  }
}

/** Tries a script that failed again. @returns whether there are other words now */
export async function retryRemoteWords(): Promise<boolean> {
  if (!failed) return false;
  await loadRemoteWords();
  return !failed;
}

/** @returns null until they are loaded */
export function remoteWords(language: string, service: string): RemoteMessages | null {
  return wordsFor?.(language, service) ?? (failed ? SILENT : null);
}
