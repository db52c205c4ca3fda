/** Clean-up that also happens when the process ends early: Ctrl+C, SIGTERM, a closed terminal, `process.exit`. */

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const cleanups = new Set<() => void>();

/**
 * @param cleanup must be synchronous: the process ends right after it
 * @returns a function that takes it off the list; the caller cleans up itself then
 */
export function onExit(cleanup: () => void): () => void {
  if (cleanups.size === 0) listen();
  cleanups.add(cleanup);
  return () => {
    if (cleanups.delete(cleanup) && cleanups.size === 0) unlisten();
  };
}

function listen(): void {
  process.on('exit', runAll);
  for (const signal of SIGNALS) process.on(signal, endBySignal);
}

function unlisten(): void {
  process.off('exit', runAll);
  for (const signal of SIGNALS) process.off(signal, endBySignal);
}

function endBySignal(signal: NodeJS.Signals): void {
  // A script that calls `build()` may handle the signal itself; then it decides whether the process ends.
  const isOurs = process.listenerCount(signal) === 1;
  if (!isOurs) return;
  runAll();
  unlisten();
  // Without a listener the signal ends the process, and its parent sees which one it was.
  process.kill(process.pid, signal);
}

function runAll(): void {
  // The newest first: a lock goes after what was written under it.
  for (const cleanup of [...cleanups].reverse()) {
    try {
      cleanup();
    } catch {
      // The others still have to run, and the process ends, so that the error cannot be reported.
    }
  }
  cleanups.clear();
}
