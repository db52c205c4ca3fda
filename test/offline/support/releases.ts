/** Real service workers of several sites and releases. */
import { expect, vi } from 'vitest';
import type { OfflineAnswer } from '../../../src/offline/service-worker.ts';

const script = new URL('./site.js', import.meta.url);
export const scopeOf = (site: string) => new URL(`${site}/`, script).href;

export async function clear(): Promise<void> {
  for (const it of await navigator.serviceWorker.getRegistrations()) await it.unregister();
  for (const name of await caches.keys()) await caches.delete(name);
}

/** As a visit installs it; the release before it goes. */
export async function release(site: string, version: string): Promise<ServiceWorker> {
  const url = `${script.href}?version=${version}`;
  const options = { scope: scopeOf(site), type: 'module' } as const;
  const registration = await navigator.serviceWorker.register(url, options);
  await vi.waitFor(() => {
    expect(registration.active?.scriptURL).toBe(url);
    expect(registration.active?.state).toBe('activated');
  });
  return registration.active as ServiceWorker;
}

/** As a page does after a search. */
export function keep(worker: ServiceWorker): Promise<OfflineAnswer> {
  const { port1, port2 } = new MessageChannel();
  const page = new URL('./page.html', script).href;
  worker.postMessage({ type: 'soutu-keep', page, files: [], visible: [], others: [] }, [port2]);
  return new Promise((resolve) => {
    port1.onmessage = ({ data }) => resolve(data);
  });
}
