/**
 * "Delete saved data": a service worker lives until its pages are closed, and must not cache anything more. If
 * the system has restarted it meanwhile, it does not know of the request but finds that its shell is deleted.
 */
import { installShell, SHELL_CACHE } from './shell.ts';

let isTold = false;
let isGone: Promise<boolean> | null = null;

/** @param work what is under way, and may still put something aside */
export async function forget(work: Iterable<Promise<unknown>>): Promise<void> {
  isTold = true;
  await Promise.allSettled(work);
  const names = await caches.keys();
  const ours = names.filter((name) => name.startsWith('soutu-'));
  await Promise.all(ours.map((name) => caches.delete(name)));
}

/** Not to be asked before the install. */
export async function isForgotten(): Promise<boolean> {
  isGone ??= caches.has(SHELL_CACHE).then(
    (has) => !has,
    // Nobody said so: a browser that cannot tell now must not fail all that this worker is asked for.
    () => false,
  );
  return (await isGone) || isTold;
}

/**
 * After another search the page works offline again, even if something else deleted the shell, such as a page
 * that clears all caches of its origin.
 * @returns false if this worker was asked to forget
 */
export async function comeBack(): Promise<boolean> {
  if (isTold) return false;
  if (!(await caches.has(SHELL_CACHE))) await installShell();
  isGone = null;
  return true;
}
