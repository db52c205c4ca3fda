/**
 * Of all tabs that need a file one fetches it, the others wait and find it kept. They share a Web Lock, which
 * goes when its tab goes; where there are none each tab fetches for itself.
 */

/** A tab that the system has suspended may still hold its lock, so the others stop waiting for a silent one. */
const SILENCE_MS = 10_000;

/**
 * @param key names what is loaded
 * @param load receives a function that reports its progress to the other tabs
 * @param onLoaded how far the tab is that loads, while this one waits
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
    // Silence, or a page that may have no locks (sandboxed, blocked storage).
    return load(() => undefined);
  } finally {
    clearTimeout(timer);
    channel.close();
  }
}
