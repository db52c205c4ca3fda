/**
 * "Forget everything": until its pages are closed a service worker lives on, and must keep nothing more. One
 * that the system has ended and started again was told nothing: it finds that what it had installed is gone.
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
 * Visitors who search again are served again: what was installed may have gone by another hand, as by a page
 * that clears all caches of its origin.
 * @returns false where this worker was told to forget
 */
export async function comeBack(): Promise<boolean> {
  if (isTold) return false;
  if (!(await caches.has(SHELL_CACHE))) await installShell();
  isGone = null;
  return true;
}
