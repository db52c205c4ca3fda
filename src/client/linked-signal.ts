/**
 * Aborts when the first of several signals aborts, like `AbortSignal.any`, which Safari supports only from 17.4 (we
 * support 16.4). Listeners on long-lived signals are removed once the call has ended.
 */
export interface LinkedSignal {
  readonly signal: AbortSignal;
  unlink(): void;
}

export function linkSignals(...sources: readonly (AbortSignal | undefined)[]): LinkedSignal {
  const linked = new AbortController();
  const undo = sources.map((source) => {
    if (!source) return () => undefined;
    const abort = () => linked.abort(source.reason);
    if (source.aborted) abort();
    else source.addEventListener('abort', abort, { once: true });
    return () => source.removeEventListener('abort', abort);
  });
  return {
    signal: linked.signal,
    unlink() {
      for (const end of undo) end();
    },
  };
}
