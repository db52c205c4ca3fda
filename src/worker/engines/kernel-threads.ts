/** The kernel's threads in the browser: workers with shared memory, which requires a cross-origin isolated page. */

import { workerScript } from '../../browser/own-script.ts';
import type { VggSpec } from '../../core/model/spec.ts';
import { multiplicationsOf, planKernel } from '../../kernel/plan.ts';
import type { Threads } from '../../kernel/team.ts';
import threadUrl from './kernel-thread.ts?worker&url';

/** Below this amount of work (about 25 ms on a laptop), threads are not worth their overhead. */
const WORTH_IT = 5e8;

/**
 * Returns undefined if one thread is enough or no more are available.
 * @throws errors of `planKernel`
 */
export function kernelThreads(spec: VggSpec): Threads | undefined {
  const count = threadCount(navigator.hardwareConcurrency);
  // Headers: Cross-Origin-Opener-Policy: same-origin, Cross-Origin-Embedder-Policy: require-corp
  if (!self.crossOriginIsolated || count < 2) return undefined;
  if (multiplicationsOf(planKernel(spec)) < WORTH_IT) return undefined;
  return { count, start: startThread };
}

/**
 * Uses half of the logical processors from four on, because hyper-threads share their arithmetic units and efficiency
 * cores count as much as performance cores.
 */
export function threadCount(processors: number): number {
  return Math.min(processors, Math.max(2, processors >> 1), 8);
}

export function startThread(start: Parameters<Threads['start']>[0]): Worker {
  const url = new URL(threadUrl, import.meta.url);
  const worker = new Worker(workerScript(url, origin), { type: 'module', name: 'soutu-kernel' });
  // The work completes without this helper, only later, so nothing is logged to the page's console.
  worker.addEventListener('error', (event) => event.preventDefault());
  worker.postMessage(start);
  return worker;
}
