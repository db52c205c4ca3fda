/**
 * Prevents several tabs from downloading the same file at once. One tab downloads it while holding a Web Lock;
 * the others wait and then read it from the cache. The browser releases the lock when its tab closes. Without
 * Web Locks, each tab downloads the file itself.
 */

/** A suspended tab may still hold its lock, so the other tabs stop waiting after this long without progress. */
const SILENCE_MS = 10_000;

/**
 * @param key identifies the download; part of the lock's name
 * @param load receives a function that reports its progress to the other tabs
 * @param onLoaded receives the loading tab's progress while this tab waits
 */
export async function oneLoader<T>(
  key: string,
  load: (tell: (loaded: number) => void) => Promise<T>,
  onLoaded: (loaded: number) => void,
  silenceMs: number = SILENCE_MS,
): Promise<T> {
  const { locks } = globalThis.navigator ?? {};
  if (!locks) return load(() => undefined);
  const name = `soutu-load-${key}`;
  const channel = new BroadcastChannel(name);
  const waiting = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => waiting.abort(), silenceMs);
  };
  channel.onmessage = (event: MessageEvent<number>) => {
    wait();
    onLoaded(event.data);
  };
  wait();
  let isMine = false;
  try {
    return await locks.request(name, { signal: waiting.signal }, () => {
      isMine = true;
      clearTimeout(timer);
      channel.onmessage = null;
      return load((loaded) => channel.postMessage(loaded));
    });
  } catch (error) {
    if (isMine) throw error;
    // No progress from the other tab, or a page without access to locks (sandboxed, storage blocked).
    return load(() => undefined);
  } finally {
    clearTimeout(timer);
    channel.close();
  }
}
