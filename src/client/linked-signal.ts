/**
 * Aborts with the first of several signals: what `AbortSignal.any` does from Safari 17.4 on, and here from 16.4.
 * Long-lived signals forget the call once it has ended.
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
