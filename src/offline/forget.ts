/**
 * "Delete saved data". An unregistered service worker runs until its pages are closed, and must not cache anything
 * from then on. If the system restarts it, it has lost the request but finds that its shell is deleted.
 */
import { installShell, SHELL_CACHE } from './shell.ts';

let isRequested = false;
let isGone: Promise<boolean> | null = null;

/** @param work running tasks that may still write to a cache */
export async function forget(work: Iterable<Promise<unknown>>): Promise<void> {
  isRequested = true;
  await Promise.allSettled(work);
  const names = await caches.keys();
  const ours = names.filter((name) => name.startsWith('soutu-'));
  await Promise.all(ours.map((name) => caches.delete(name)));
}

/** Must not be called before the install has finished. */
export async function isForgotten(): Promise<boolean> {
  isGone ??= caches.has(SHELL_CACHE).then(
    (has) => !has,
    // If the browser cannot tell, assume not forgotten, so that requests to this worker do not fail.
    () => false,
  );
  return (await isGone) || isRequested;
}

/**
 * After another search the page works offline again, even if something else deleted the shell, such as a page
 * that clears all caches of its origin.
 * @returns false if this worker was asked to forget
 */
export async function comeBack(): Promise<boolean> {
  if (isRequested) return false;
  if (!(await caches.has(SHELL_CACHE))) await installShell();
  isGone = null;
  return true;
}
