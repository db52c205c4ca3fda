/** The kernel's threads in the browser: workers that share its memory, which only isolated pages may. */

import { workerScript } from '../../browser/own-script.ts';
import type { VggSpec } from '../../core/model/spec.ts';
import { multiplicationsOf, planKernel } from '../../kernel/plan.ts';
import type { Threads } from '../../kernel/team.ts';
import threadUrl from './kernel-thread.ts?worker&url';

/** A picture of less work is done sooner than it would be worth the threads: some 25 ms on a laptop. */
const WORTH_IT = 5e8;

/**
 * Undefined where one thread is enough, or all that there is.
 * @throws what `planKernel` throws
 */
export function kernelThreads(spec: VggSpec): Threads | undefined {
  const count = threadCount(navigator.hardwareConcurrency);
  // Headers: Cross-Origin-Opener-Policy: same-origin, Cross-Origin-Embedder-Policy: require-corp
  if (!self.crossOriginIsolated || count < 2) return undefined;
  if (multiplicationsOf(planKernel(spec)) < WORTH_IT) return undefined;
  return { count, start: startThread };
}

/**
 * Processors that share their arithmetic count as two, and little ones as much as large ones, so from four on half of
 * them compute.
 */
export function threadCount(processors: number): number {
  return Math.min(processors, Math.max(2, processors >> 1), 8);
}

export function startThread(start: Parameters<Threads['start']>[0]): Worker {
  const url = new URL(threadUrl, import.meta.url);
  const worker = new Worker(workerScript(url, origin), { type: 'module', name: 'soutu-kernel' });
  // Without it the work is done all the same, only later: nothing for the page's console.
  worker.addEventListener('error', (event) => event.preventDefault());
  worker.postMessage(start);
  return worker;
}
